package io.agentorchestrator.activities.loop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;

/** Threads that are to go on whatever happens on them, or to say what ended them. */
public final class LoopThread {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private LoopThread() {}

    /** Does a step once, on a virtual thread of its own. */
    public static void once(StepGuard guard, String name, Runnable step) {
        Thread.ofVirtual().name(name).start(() -> guard.run(step));
    }

    /**
     * Starts a thread that runs a loop. One that throws is begun anew a moment later; one that returns has ended.
     *
     * @param name of the thread, which begins lines about it
     * @param wanted whether the loop is to go on
     */
    public static Thread start(Logger log, String name, BooleanSupplier wanted, Runnable loop) {
        StepGuard guard = new StepGuard(log, name);
        return Thread.ofPlatform().daemon().name(name).start(() -> {
            boolean ended = false;
            while (!ended && wanted.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                ended = guard.call(
                        () -> {
                            loop.run();
                            return true;
                        },
                        false);
                if (!ended) {
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        });
    }
}
