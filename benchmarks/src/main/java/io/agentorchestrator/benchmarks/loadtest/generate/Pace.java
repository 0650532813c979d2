package io.agentorchestrator.benchmarks.loadtest.generate;

import java.time.Duration;

/**
 * The times at which tasks are meant to arrive: evenly, whatever becomes of those before. The warm-up begins at a tenth of the rate, rises evenly
 * to it for half of its time, and stays there: programs that have just started are not to be measured by what they cannot do yet.
 *
 * @param tasksPerSecond the rate
 * @param warmUp arrivals before the measured ones
 * @param length how long arrivals are measured
 */
public record Pace(double tasksPerSecond, Duration warmUp, Duration length) {
    private static final double NANOS = 1e9;
    private static final double FIRST_PART = 0.1;

    /** So many tasks at this rate, for as long as it takes. */
    public static Pace of(int tasks, double rate) {
        return new Pace(rate, Duration.ZERO, Duration.ofNanos((long) (tasks / rate * NANOS)));
    }

    /** Counts the tasks in all; the last request may add some. */
    public long tasks() {
        return Math.round(rising() + tasksPerSecond * (riseSeconds() + length.toNanos() / NANOS));
    }

    /** When the task with this number is meant to be submitted, from the start of the warm-up. */
    public long dueNanos(long number) {
        double seconds =
                number < rising() ? secondsWhileRising(number) : riseSeconds() + (number - rising()) / tasksPerSecond;
        return (long) (seconds * NANOS);
    }

    /** The time t by which n tasks are due, where n = firstRate * t + growth * t^2 / 2. */
    private double secondsWhileRising(long number) {
        double firstRate = FIRST_PART * tasksPerSecond;
        double growth = (tasksPerSecond - firstRate) / riseSeconds();
        return (Math.sqrt(firstRate * firstRate + 2 * growth * number) - firstRate) / growth;
    }

    private double riseSeconds() {
        return warmUp.toNanos() / NANOS / 2;
    }

    /** Tasks that are due while the rate rises. */
    private double rising() {
        return tasksPerSecond * (1 + FIRST_PART) / 2 * riseSeconds();
    }
}
