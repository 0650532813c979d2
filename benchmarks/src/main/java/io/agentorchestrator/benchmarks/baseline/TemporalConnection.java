package io.agentorchestrator.benchmarks.baseline;

import io.grpc.ClientInterceptor;
import io.temporal.client.ActivityClient;
import io.temporal.client.ActivityClientOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Temporal's clients, of workflows and of Standalone Activities, and what makes workers. */
public record TemporalConnection(
        WorkflowServiceStubs stubs, WorkflowClient workflows, ActivityClient activities, WorkerFactory workers)
        implements AutoCloseable {
    /** Under load a workflow task may wait for a core for longer than the SDK's default of one second. */
    private static final long DEADLOCK_DETECTION_MILLIS = 10_000;

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** Connects; no worker is started yet. */
    public static TemporalConnection open(
            String address,
            String namespace,
            DataConverter converter,
            int cachedWorkflows,
            ClientInterceptor... interceptors) {
        WorkflowServiceStubsOptions.Builder options =
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).setGrpcCompression(GrpcCompression.NONE);
        for (ClientInterceptor each : interceptors) {
            options.addGrpcClientInterceptor(each);
        }
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(options.build());
        WorkflowClient workflows = WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(namespace)
                        .setDataConverter(converter)
                        .build());
        return new TemporalConnection(
                stubs,
                workflows,
                ActivityClient.newInstance(
                        stubs,
                        ActivityClientOptions.newBuilder()
                                .setNamespace(namespace)
                                .setDataConverter(converter)
                                .build()),
                WorkerFactory.newInstance(
                        workflows,
                        WorkerFactoryOptions.newBuilder()
                                .setWorkflowCacheSize(cachedWorkflows)
                                .setUsingVirtualWorkflowThreads(true)
                                .build()));
    }

    /** Options of a worker with virtual threads and so many slots and pollers of each kind. */
    public static WorkerOptions.Builder options(
            int workflowTasks, int workflowPollers, int activities, int activityPollers) {
        return WorkerOptions.newBuilder()
                .setUsingVirtualThreads(true)
                .setDefaultDeadlockDetectionTimeout(DEADLOCK_DETECTION_MILLIS)
                .setMaxConcurrentWorkflowTaskExecutionSize(workflowTasks)
                .setMaxConcurrentWorkflowTaskPollers(workflowPollers)
                .setMaxConcurrentActivityExecutionSize(activities)
                .setMaxConcurrentActivityTaskPollers(activityPollers);
    }

    /** Workflows of a task queue that Temporal lists as completed. */
    public long completedWorkflows(String taskQueue) {
        return workflows.countWorkflows(completed(taskQueue)).getCount();
    }

    /** Standalone Activities of a task queue that Temporal lists as completed. */
    public long completedActivities(String taskQueue) {
        return activities.countExecutions(completed(taskQueue)).getCount();
    }

    private static String completed(String taskQueue) {
        return "TaskQueue = '" + taskQueue + "' AND ExecutionStatus = 'Completed'";
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        stubs.shutdownNow();
    }
}
