package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.client.StartActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Begins tasks in one of Temporal's forms, and notices their ends: a workflow a task, and levels of tasks as one workflow; or a Standalone
 * Activity a task, with the retries of the workflow's. Of these, levels are gone through here, by the client, so nobody goes on with them once
 * this process is gone: that is what a workflow would be for. Thread-safe.
 */
final class TaskStarts {
    /**
     * Far longer than any task takes, and much shorter than the workflow's: with server 1.32 and SDK 1.38, some attempts of ten thousand are
     * started by what Temporal says, and no thread of the worker executes them. They are repeated after this time.
     */
    private static final Duration START_TO_CLOSE = Duration.ofSeconds(30);

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final TemporalConnection temporal;
    private final String taskQueue;
    private final CloseWatch closes;
    private final Tuning tuning;
    private final Executor threads;

    /** @param threads wait for the answers to starts of one level */
    TaskStarts(TemporalConnection temporal, String taskQueue, CloseWatch closes, Tuning tuning, Executor threads) {
        this.temporal = temporal;
        this.taskQueue = taskQueue;
        this.closes = closes;
        this.tuning = tuning;
        this.threads = threads;
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

    /** Executions of this form that Temporal lists as completed on the task queue. */
    long listedAsCompleted() {
        return switch (tuning.each) {
            case WORKFLOW -> temporal.completedWorkflows(taskQueue);
            case STANDALONE_ACTIVITY -> temporal.completedActivities(taskQueue);
        };
    }
}
