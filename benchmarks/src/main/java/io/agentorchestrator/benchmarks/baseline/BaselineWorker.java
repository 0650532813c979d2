package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.worker.Worker;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Temporal's client and worker in one process, on a task queue of their own, so that a workflow's start and its activity may be
 * eager.
 */
final class BaselineWorker implements AutoCloseable {
    private static final int WORKFLOW_TASKS = 500;
    private static final int ACTIVITIES = 5_000;
    private static final int CACHED_WORKFLOWS = 5_000;
    private static final Duration VISIBILITY_PATIENCE = Duration.ofSeconds(30);
    private static final Duration VISIBILITY_POLL = Duration.ofMillis(500);

    private final CloseWatch closes = new CloseWatch();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TemporalConnection temporal;
    private final TaskStarts starts;

    BaselineWorker(String address, String namespace, Tuning tuning, TaskActivity activity) {
        String taskQueue = "baseline-" + new Uuid7(Clock.systemUTC()).next();
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
        starts = new TaskStarts(temporal, taskQueue, closes, tuning, threads);
    }

    TaskStarts starts() {
        return starts;
    }

    /** Executions that Temporal lists as completed; waits until they are as many as expected, or patience ends. */
    long listedAsCompleted(long expected) throws InterruptedException {
        Patience.until(VISIBILITY_PATIENCE, VISIBILITY_POLL, () -> starts.listedAsCompleted() == expected);
        return starts.listedAsCompleted();
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
