package io.agentorchestrator.cli.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something outside this process, with a limit. */
public final class Patience {
    private static final Duration STEP = Duration.ofMillis(50);

    private Patience() {}

    /** Waits until the condition holds; false when the limit passed first. */
    public static boolean until(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(STEP);
        }
        return true;
    }
}
