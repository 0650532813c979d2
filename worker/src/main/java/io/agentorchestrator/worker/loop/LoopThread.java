package io.agentorchestrator.worker.loop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;

/** Threads that are to go on whatever happens on them. */
public final class LoopThread {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private LoopThread() {}

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
