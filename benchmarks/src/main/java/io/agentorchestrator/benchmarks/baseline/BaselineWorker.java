package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.client.StartActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.worker.Worker;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Temporal's client and worker in one process, on a task queue of their own, so that a workflow's start and its activity may be eager. It
 * begins tasks in one of Temporal's forms, and notices their ends: a workflow a task, and levels of tasks as one workflow; or a Standalone
 * Activity a task, with the retries of the workflow's. Of these, levels are gone through here, by the client, so nobody goes on with them once
 * this process is gone: that is what a workflow would be for. Thread-safe.
 */
final class BaselineWorker implements AutoCloseable {
    private static final int WORKFLOW_TASKS = 500;
    private static final int ACTIVITIES = 5_000;
    private static final int CACHED_WORKFLOWS = 5_000;
    private static final Duration VISIBILITY_PATIENCE = Duration.ofSeconds(30);
    private static final Duration VISIBILITY_POLL = Duration.ofMillis(500);
    /**
     * Far longer than any task takes, and much shorter than the workflow's: with server 1.32 and SDK 1.38, some attempts of ten thousand are
     * started by what Temporal says, and no thread of the worker executes them. They are repeated after this time.
     */
    private static final Duration START_TO_CLOSE = Duration.ofSeconds(30);

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final String taskQueue = "baseline-" + ids.next();
    private final CloseWatch closes = new CloseWatch();
    /** Wait for the answers to starts of one level. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final TemporalConnection temporal;
    private final Tuning tuning;

    BaselineWorker(String address, String namespace, Tuning tuning, TaskActivity activity) {
        this.tuning = tuning;
        temporal = TemporalConnection.open(
                address, namespace, DefaultDataConverter.newDefaultInstance(), CACHED_WORKFLOWS, closes);
        Worker worker = temporal.workers()
                .newWorker(
                        taskQueue,
                        TemporalConnection.options(
                                        WORKFLOW_TASKS, tuning.workflowPollers, ACTIVITIES, tuning.activityPollers())
                                .setDisableEagerExecution(!tuning.eagerActivities)
                                .build());
        worker.registerWorkflowImplementationTypes(TaskWorkflowImpl.class, LevelsWorkflowImpl.class);
        worker.registerActivitiesImplementations(activity);
        temporal.workers().start();
    }

    /** Begins a task; what it returns says, once the task has ended, whether it completed. */
    CompletableFuture<Boolean> submit(MixedTask task) {
        return switch (tuning.each) {
            case WORKFLOW ->
                startWorkflow(
                        TaskWorkflow.class,
                        workflow -> WorkflowClient.start(workflow::run, task.type(), task.payload()));
            case STANDALONE_ACTIVITY -> startActivity(task);
        };
    }

    /** Begins levels of tasks, each once all of the one above have completed; what it returns says, in the end, whether all did. */
    CompletableFuture<Boolean> submitLevels(List<Integer> levels, MixedTask each) {
        return switch (tuning.each) {
            case WORKFLOW ->
                startWorkflow(
                        LevelsWorkflow.class,
                        workflow -> WorkflowClient.start(workflow::run, levels, each.type(), each.payload()));
            case STANDALONE_ACTIVITY -> {
                CompletableFuture<Boolean> done = CompletableFuture.completedFuture(true);
                for (int tasks : levels) {
                    done = done.thenCompose(
                            completed -> completed ? level(tasks, each) : CompletableFuture.completedFuture(false));
                }
                yield done;
            }
        };
    }

    private CompletableFuture<Boolean> level(int tasks, MixedTask each) {
        List<CompletableFuture<Boolean>> ends = Stream.generate(
                        () -> CompletableFuture.completedFuture(each).thenComposeAsync(this::startActivity, threads))
                .limit(tasks)
                .toList();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(_ -> ends.stream().allMatch(CompletableFuture::join));
    }

    private <W> CompletableFuture<Boolean> startWorkflow(Class<W> type, Consumer<W> start) {
        String workflowId = ids.next().toString();
        W workflow = temporal.workflows()
                .newWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflowId)
                                .setTaskQueue(taskQueue)
                                .setDisableEagerExecution(!tuning.eagerStart)
                                .build());
        return closes.afterStart(workflowId, () -> start.accept(workflow));
    }

    private CompletableFuture<Boolean> startActivity(MixedTask task) {
        String activityId = ids.next().toString();
        StartActivityOptions options = StartActivityOptions.newBuilder()
                .setId(activityId)
                .setTaskQueue(taskQueue)
                .setStartToCloseTimeout(START_TO_CLOSE)
                .setRetryOptions(TaskWorkflowImpl.OPTIONS.getRetryOptions())
                .build();
        return closes.afterStart(
                activityId,
                () -> temporal.activities()
                        .start(TaskActivity.class, TaskActivity::execute, options, task.type(), task.payload()));
    }

    /** Executions of this form that Temporal lists as completed; waits until they are as many as expected, or patience ends. */
    long listedAsCompleted(long expected) throws InterruptedException {
        Patience.until(VISIBILITY_PATIENCE, VISIBILITY_POLL, () -> listedAsCompleted() == expected);
        return listedAsCompleted();
    }

    private long listedAsCompleted() {
        return switch (tuning.each) {
            case WORKFLOW -> temporal.completedWorkflows(taskQueue);
            case STANDALONE_ACTIVITY -> temporal.completedActivities(taskQueue);
        };
    }

    CloseWatch closes() {
        return closes;
    }

    @Override
    public void close() {
        temporal.close();
        threads.shutdownNow();
    }
}
