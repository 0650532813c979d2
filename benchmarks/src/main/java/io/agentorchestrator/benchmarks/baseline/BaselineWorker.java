package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.client.ActivityClient;
import io.temporal.client.ActivityClientOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Temporal's client and worker in one process, on a task queue of their own, so that a workflow's start and its activity may be
 * eager.
 */
final class BaselineWorker implements AutoCloseable {
    private static final int WORKFLOW_TASKS = 500;
    private static final int ACTIVITIES = 5_000;
    private static final int CACHED_WORKFLOWS = 5_000;
    /** Under load a workflow task may wait for a core for longer than the SDK's default of one second. */
    private static final long DEADLOCK_DETECTION_MILLIS = 10_000;

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration VISIBILITY_PATIENCE = Duration.ofSeconds(30);
    private static final Duration VISIBILITY_POLL = Duration.ofMillis(500);

    private final CloseWatch closes = new CloseWatch();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final WorkflowServiceStubs stubs;
    private final WorkerFactory workers;
    private final TaskStarts starts;

    BaselineWorker(String temporal, String namespace, Tuning tuning, TaskActivity activity) {
        String taskQueue = "baseline-" + new Uuid7(Clock.systemUTC()).next();
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal)
                .setGrpcCompression(GrpcCompression.NONE)
                .addGrpcClientInterceptor(closes)
                .build());
        WorkflowClient client = WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder().setNamespace(namespace).build());
        workers = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(CACHED_WORKFLOWS)
                        .setUsingVirtualWorkflowThreads(true)
                        .build());
        Worker worker = workers.newWorker(
                taskQueue,
                WorkerOptions.newBuilder()
                        .setUsingVirtualThreads(true)
                        .setDefaultDeadlockDetectionTimeout(DEADLOCK_DETECTION_MILLIS)
                        .setMaxConcurrentWorkflowTaskExecutionSize(WORKFLOW_TASKS)
                        .setMaxConcurrentWorkflowTaskPollers(tuning.workflowPollers)
                        .setMaxConcurrentActivityExecutionSize(ACTIVITIES)
                        .setMaxConcurrentActivityTaskPollers(tuning.activityPollers())
                        .setDisableEagerExecution(!tuning.eagerActivities)
                        .build());
        worker.registerWorkflowImplementationTypes(TaskWorkflowImpl.class, LevelsWorkflowImpl.class);
        worker.registerActivitiesImplementations(activity);
        workers.start();
        starts = starts(tuning, client, taskQueue, closes, threads);
    }

    private static TaskStarts starts(
            Tuning tuning, WorkflowClient client, String taskQueue, CloseWatch closes, ExecutorService threads) {
        return switch (tuning.each) {
            case WORKFLOW -> new WorkflowStarts(client, taskQueue, closes, tuning.eagerStart);
            case STANDALONE_ACTIVITY ->
                new ActivityStarts(
                        ActivityClient.newInstance(
                                client.getWorkflowServiceStubs(),
                                ActivityClientOptions.newBuilder()
                                        .setNamespace(client.getOptions().getNamespace())
                                        .build()),
                        taskQueue,
                        closes,
                        threads);
        };
    }

    TaskStarts starts() {
        return starts;
    }

    /** Executions that Temporal lists as completed; waits until they are as many as expected, or patience ends. */
    long listedAsCompleted(long expected) throws InterruptedException {
        long until = System.nanoTime() + VISIBILITY_PATIENCE.toNanos();
        long listed = starts.listedAsCompleted();
        while (listed != expected && System.nanoTime() - until < 0) {
            Thread.sleep(VISIBILITY_POLL);
            listed = starts.listedAsCompleted();
        }
        return listed;
    }

    CloseWatch closes() {
        return closes;
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        stubs.shutdownNow();
        threads.shutdownNow();
    }
}
