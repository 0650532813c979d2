package io.agentorchestrator.cli.process;

import java.time.Duration;

/** Waiting for something outside this process, with a limit. */
public final class Patience {
    private static final Duration STEP = Duration.ofMillis(50);

    private Patience() {}

    /** A condition; to look whether it holds may fail. */
    public interface Condition<E extends Exception> {
        /** Tells whether it holds now. */
        boolean holds() throws E, InterruptedException;
    }

    /** Waits until the condition holds; false when the limit passed first. */
    public static <E extends Exception> boolean until(Duration limit, Condition<E> condition)
            throws E, InterruptedException {
        return until(limit, STEP, condition);
    }

    /**
     * Waits until the condition holds; false when the limit passed first.
     *
     * @param step from one look to the next
     */
    public static <E extends Exception> boolean until(Duration limit, Duration step, Condition<E> condition)
            throws E, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(step);
        }
        return true;
    }
}
