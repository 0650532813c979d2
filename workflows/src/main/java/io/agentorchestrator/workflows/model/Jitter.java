package io.agentorchestrator.workflows.model;

import java.util.UUID;

/** The random part of the wait before a further attempt, in [0, 1). */
@FunctionalInterface
public interface Jitter {
    /**
     * The number for the wait after an attempt.
     *
     * @param task its index in the run's plan
     * @param attempt the one that failed
     */
    double of(int task, int attempt);

    /** That of a run: always the same for one task and attempt, so that whoever knows when an attempt failed knows when the next is due. */
    static Jitter ofRun(UUID runId) {
        return (task, attempt) -> {
            long bits = mixed(runId.getMostSignificantBits()
                    ^ mixed(runId.getLeastSignificantBits() ^ mixed(((long) task << Integer.SIZE) | attempt)));
            return (bits >>> (Long.SIZE - 53)) * 0x1.0p-53;
        };
    }

    /** After Sebastiano Vigna, "SplitMix64" (2015). */
    private static long mixed(long bits) {
        long z = bits + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
