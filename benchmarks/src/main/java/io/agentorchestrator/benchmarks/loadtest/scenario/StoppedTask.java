package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.cli.client.Answers;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A task that was stopped for others, as the API shows it once it has ended.
 *
 * @param stops how often
 * @param isSound whether it completed in its first attempt, which is the only one that is listed
 * @param startedMicros of its first execution, microseconds of the epoch
 * @param successorMicros when the task started for which it was stopped last
 * @param resumedFromMillis the work, in milliseconds, that its last execution found done
 */
record StoppedTask(int stops, boolean isSound, long startedMicros, long successorMicros, long resumedFromMillis) {
    /** @param startedMicros of CRITICAL tasks, by id */
    static StoppedTask of(Answers.Task task, Map<String, Long> startedMicros) {
        boolean alone = task.attempts() != null && task.attempts().size() == 1;
        return new StoppedTask(
                stops(task),
                task.status().equals("COMPLETED") && task.attempt() == 1 && alone,
                task.startedAt() == null ? 0 : TaskLog.micros(Instant.parse(task.startedAt())),
                startedMicros.getOrDefault(String.valueOf(task.preemptedFor()), 0L),
                resumedFrom(task.result()));
    }

    /** Counts how often a task was stopped for another. */
    static int stops(Answers.Task task) {
        return task.preemptions() == null ? 0 : task.preemptions();
    }

    private static long resumedFrom(@Nullable JsonNode result) {
        return result == null ? 0 : result.path("resumed_from_ms").asLong(0);
    }

    /**
     * The work that was done twice, at most: what was done from its start to that of the task that took its slot, but for what its second execution
     * found done. Of one that was stopped once; of others nothing can be told from outside, and it is 0.
     */
    long lostMillis() {
        return stops == 1 ? Math.max(0, (successorMicros - startedMicros) / 1_000 - resumedFromMillis) : 0;
    }
}
