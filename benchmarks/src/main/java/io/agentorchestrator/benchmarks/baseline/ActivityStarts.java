package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.client.StartActivityOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A Standalone Activity a task, with the retries of the workflow's. Levels of tasks are gone through here, by the
 * client, so nobody goes on with them once this process is gone: that is what a workflow would be for.
 */
final class ActivityStarts implements TaskStarts {
    /**
     * Far longer than any task takes, and much shorter than the workflow's: with server 1.32 and SDK 1.38, some attempts of ten thousand are
     * started by what Temporal says, and no thread of the worker executes them. They are repeated after this time.
     */
    private static final Duration START_TO_CLOSE = Duration.ofSeconds(30);

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final TemporalConnection temporal;
    private final String taskQueue;
    private final CloseWatch closes;
    private final Executor threads;

    /** @param threads wait for the answers to starts of one level */
    ActivityStarts(TemporalConnection temporal, String taskQueue, CloseWatch closes, Executor threads) {
        this.temporal = temporal;
        this.taskQueue = taskQueue;
        this.closes = closes;
        this.threads = threads;
    }

    @Override
    public CompletableFuture<Boolean> submit(MixedTask task) {
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

    @Override
    public CompletableFuture<Boolean> submitLevels(List<Integer> levels, MixedTask each) {
        CompletableFuture<Boolean> done = CompletableFuture.completedFuture(true);
        for (int tasks : levels) {
            done = done.thenCompose(
                    completed -> completed ? level(tasks, each) : CompletableFuture.completedFuture(false));
        }
        return done;
    }

    private CompletableFuture<Boolean> level(int tasks, MixedTask each) {
        List<CompletableFuture<Boolean>> ends = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            ends.add(end);
            threads.execute(() -> tell(end, each));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(_ -> ends.stream().allMatch(CompletableFuture::join));
    }

    private void tell(CompletableFuture<Boolean> end, MixedTask task) {
        try {
            var _ = submit(task).thenAccept(end::complete);
        } catch (RuntimeException notStarted) {
            end.completeExceptionally(notStarted);
        }
    }

    @Override
    public long listedAsCompleted() {
        return temporal.completedActivities(taskQueue);
    }
}
