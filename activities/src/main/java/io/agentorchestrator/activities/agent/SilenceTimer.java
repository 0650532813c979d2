package io.agentorchestrator.activities.agent;

import java.time.Duration;

/**
 * Measures how long an agent has owed an answer. Whatever it says is one. Silence counts from the first question after its last word, and only if it
 * was asked several times since: a worker that stood still itself blames nobody. Thread-safe.
 */
final class SilenceTimer {
    /** Time for which an agent that was asked may say nothing. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int MIN_QUESTIONS = 3;

    private long firstAskedNanos;
    private int questions;

    synchronized void asked(long nowNanos) {
        if (questions == 0) {
            firstAskedNanos = nowNanos;
        }
        questions++;
    }

    synchronized void heard() {
        questions = 0;
    }

    synchronized boolean isTooLong(long nowNanos) {
        return questions >= MIN_QUESTIONS && nowNanos - firstAskedNanos >= LIMIT.toNanos();
    }
}
