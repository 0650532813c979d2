package io.agentorchestrator.benchmarks.group;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchRequest;
import io.agentorchestrator.workflows.run.BatchResult;
import io.agentorchestrator.workflows.run.DispatchActivities;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Says after a while that all tasks of a batch have completed, and how long a group waited until its batch began. Thread-safe. */
final class InstantDispatch implements DispatchActivities {
    private static final int DIGITS = 3;

    private final Duration taskTime;
    private final Map<UUID, Long> startedNanos = new ConcurrentHashMap<>();
    private final Recorder waits = new Recorder(DIGITS);

    /** @param taskTime of every batch */
    InstantDispatch(Duration taskTime) {
        this.taskTime = taskTime;
    }

    /** To be called before the group is started. */
    void starting(UUID runId) {
        startedNanos.put(runId, System.nanoTime());
    }

    @Override
    public BatchResult dispatch(BatchRequest batch) {
        Long started = startedNanos.remove(batch.runId());
        if (started != null) {
            waits.recordValue((System.nanoTime() - started) / 1_000);
        }
        try {
            Thread.sleep(taskTime);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
        List<AttemptEnd> ended = batch.tasks().stream()
                .map(task -> new AttemptEnd(task, 1, AttemptEnd.Outcome.COMPLETED, "", false))
                .toList();
        return new BatchResult(ended, List.of(), List.of(), List.of(), true);
    }

    /** Takes the waits of the groups since the last call, from the call that starts a group until its batch began; microseconds. */
    Histogram takeWaits() {
        return waits.getIntervalHistogram();
    }
}
