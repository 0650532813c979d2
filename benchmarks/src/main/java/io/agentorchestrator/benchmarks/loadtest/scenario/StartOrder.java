package io.agentorchestrator.benchmarks.loadtest.scenario;

import java.util.Arrays;
import java.util.List;

/**
 * The starts of some urgent tasks and of the others beside them.
 *
 * @param urgent at least one
 * @param othersMicros each start of another task, microseconds of the epoch, in any order
 */
record StartOrder(List<Urgent> urgent, long[] othersMicros) {
    /** The times of an urgent task, microseconds of the epoch. */
    record Urgent(long createdMicros, long startedMicros) {
        double waitMillis() {
            return (startedMicros - createdMicros) / 1e3;
        }
    }

    /**
     * Counts the others that may have started while an urgent task was waiting: from the creation of the first until the last of them started. Times
     * have an end, and what they cannot tell apart counts: who started in the same microsecond as the last, or as the first was created, is among them.
     */
    long meanwhile() {
        long from = urgent.stream().mapToLong(Urgent::createdMicros).min().orElseThrow();
        long to = lastStart();
        return Arrays.stream(othersMicros)
                .filter(start -> start >= from && start <= to)
                .count();
    }

    /** Counts the others that certainly started after the last urgent one, and so could have been before it. */
    long later() {
        long to = lastStart();
        return Arrays.stream(othersMicros).filter(start -> start > to).count();
    }

    private long lastStart() {
        return urgent.stream().mapToLong(Urgent::startedMicros).max().orElseThrow();
    }
}
