package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Temporal's client and worker in one process, on a task queue of their own, so that a workflow's start and its activity may be
 * eager.
 */
final class BaselineWorker implements ClosedLoop.Submit, AutoCloseable {
    private static final int WORKFLOW_TASKS = 500;
    private static final int ACTIVITIES = 5_000;
    private static final int CACHED_WORKFLOWS = 5_000;
    /** Under load a workflow task may wait for a core for longer than the SDK's default of one second. */
    private static final long DEADLOCK_DETECTION_MILLIS = 10_000;

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration VISIBILITY_PATIENCE = Duration.ofSeconds(30);
    private static final Duration VISIBILITY_POLL = Duration.ofMillis(500);

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final String taskQueue = "baseline-" + ids.next();
    private final CloseWatch closes = new CloseWatch();
    private final Tuning tuning;
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final WorkerFactory workers;

    BaselineWorker(String temporal, String namespace, Tuning tuning, TaskActivity activity) {
        this.tuning = tuning;
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal)
                .setGrpcCompression(GrpcCompression.NONE)
                .addGrpcClientInterceptor(closes)
                .build());
        client = WorkflowClient.newInstance(
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
                        .setMaxConcurrentActivityTaskPollers(tuning.activityPollers)
                        .setDisableEagerExecution(!tuning.eagerActivities)
                        .build());
        worker.registerWorkflowImplementationTypes(TaskWorkflowImpl.class, LevelsWorkflowImpl.class);
        worker.registerActivitiesImplementations(activity);
        workers.start();
    }

    @Override
    public CompletableFuture<Boolean> submit(MixedTask task) {
        return start(TaskWorkflow.class, workflow -> WorkflowClient.start(workflow::run, task.type(), task.payload()));
    }

    /** Begins a workflow of levels of tasks; what it returns says, once it has ended, whether all completed. */
    CompletableFuture<Boolean> submitLevels(List<Integer> levels, MixedTask each) {
        return start(
                LevelsWorkflow.class,
                workflow -> WorkflowClient.start(workflow::run, levels, each.type(), each.payload()));
    }

    private <W> CompletableFuture<Boolean> start(Class<W> type, Consumer<W> start) {
        String workflowId = ids.next().toString();
        W workflow = client.newWorkflowStub(
                type,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(workflowId)
                        .setTaskQueue(taskQueue)
                        .setDisableEagerExecution(!tuning.eagerStart)
                        .build());
        CompletableFuture<Boolean> closed = closes.expect(workflowId);
        try {
            start.accept(workflow);
        } catch (RuntimeException notStarted) {
            closes.forget(workflowId);
            throw notStarted;
        }
        return closed;
    }

    /** Workflows of this worker that Temporal lists as completed; waits until they are as many as expected, or patience ends. */
    long listedAsCompleted(long expected) throws InterruptedException {
        String query = "TaskQueue = '" + taskQueue + "' AND ExecutionStatus = 'Completed'";
        long until = System.nanoTime() + VISIBILITY_PATIENCE.toNanos();
        long listed = client.countWorkflows(query).getCount();
        while (listed != expected && System.nanoTime() - until < 0) {
            Thread.sleep(VISIBILITY_POLL);
            listed = client.countWorkflows(query).getCount();
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
    }
}
