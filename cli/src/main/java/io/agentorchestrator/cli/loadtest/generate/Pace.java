package io.agentorchestrator.cli.loadtest.generate;

import java.time.Duration;

/**
 * When tasks are meant to arrive: evenly, whatever becomes of those before.
 *
 * @param tasksPerSecond the rate
 * @param warmUp arrivals before the measured ones, at the same rate
 * @param length how long arrivals are measured
 */
public record Pace(double tasksPerSecond, Duration warmUp, Duration length) {
    private static final double NANOS = 1e9;

    /** How many tasks there are in all; the last request may add some. */
    public long tasks() {
        return Math.round(tasksPerSecond * (warmUp.toNanos() + length.toNanos()) / NANOS);
    }

    /** When the task with this number is meant to be submitted, from the start of the warm-up. */
    public long dueNanos(long number) {
        return (long) (number * NANOS / tasksPerSecond);
    }
}
