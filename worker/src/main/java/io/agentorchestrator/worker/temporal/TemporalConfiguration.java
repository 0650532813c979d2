package io.agentorchestrator.worker.temporal;

import io.agentorchestrator.worker.config.TemporalSettings;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.agentorchestrator.workflows.run.RunQueues;
import io.temporal.common.converter.DataConverter;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.spring.boot.TemporalOptionsCustomizer;
import io.temporal.spring.boot.WorkerOptionsCustomizer;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Options of Temporal's clients and workers; connection and registrations are in application.yaml. */
@Configuration(proxyBeanMethods = false)
class TemporalConfiguration {
    /** Runs kept in memory between their workflow tasks; a cached DAG of 10,000 tasks takes a few megabytes. */
    private static final int CACHED_RUNS = 2_000;
    /** Under load a workflow task may wait for a core for longer than the SDK's default of one second. */
    private static final long DEADLOCK_DETECTION_MILLIS = 10_000;

    private static final int WORKFLOW_TASKS = 200;
    private static final int POLLERS = 8;

    @Bean
    DataConverter runDataConverter() {
        return RunDataConverter.create();
    }

    @Bean
    TemporalOptionsCustomizer<WorkflowServiceStubsOptions.Builder> stubs(TemporalSettings settings) {
        return options -> settings.gzip() ? options : options.setGrpcCompression(GrpcCompression.NONE);
    }

    @Bean
    TemporalOptionsCustomizer<WorkerFactoryOptions.Builder> factory() {
        return options -> options.setWorkflowCacheSize(CACHED_RUNS).setUsingVirtualWorkflowThreads(true);
    }

    @Bean
    WorkerOptionsCustomizer workers(TemporalSettings settings) {
        return (options, workerName, taskQueue) -> {
            options.setUsingVirtualThreads(true).setDefaultDeadlockDetectionTimeout(DEADLOCK_DETECTION_MILLIS);
            return switch (taskQueue) {
                case RunQueues.DISPATCH -> dispatch(options, settings);
                case RunQueues.RUNS -> runs(options);
                default -> throw new IllegalStateException("no options for task queue " + taskQueue);
            };
        };
    }

    @Bean
    TemporalReadiness temporalReadiness(WorkflowServiceStubs stubs, WorkerFactory workers) {
        return new TemporalReadiness(stubs, workers);
    }

    @Bean
    WorkersLifecycle workersLife(WorkerFactory workers) {
        return new WorkersLifecycle(workers);
    }

    private static WorkerOptions.Builder dispatch(WorkerOptions.Builder options, TemporalSettings settings) {
        return options.setMaxConcurrentActivityExecutionSize(settings.maxBatches())
                .setMaxConcurrentActivityTaskPollers(POLLERS);
    }

    private static WorkerOptions.Builder runs(WorkerOptions.Builder options) {
        return options.setMaxConcurrentWorkflowTaskExecutionSize(WORKFLOW_TASKS)
                .setMaxConcurrentWorkflowTaskPollers(POLLERS)
                .setMaxConcurrentActivityExecutionSize(WORKFLOW_TASKS)
                .setMaxConcurrentLocalActivityExecutionSize(WORKFLOW_TASKS)
                .setMaxConcurrentActivityTaskPollers(POLLERS / 2);
    }
}
