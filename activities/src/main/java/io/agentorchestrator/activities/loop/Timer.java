package io.agentorchestrator.activities.loop;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Does steps again and again on one thread of its own, each with its own pause between two times. An executor's own schedule ends, and says
 * nothing, with the first step that throws; here a {@link StepGuard} has it go on. Thread-safe.
 */
public final class Timer {
    private final Logger log;
    private final ScheduledExecutorService executor;

    /** @param name of the thread */
    public Timer(Logger log, String name) {
        this.log = log;
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /**
     * Does a step until the timer is stopped.
     *
     * @param what the step does, which begins lines about it
     */
    public void every(Duration pause, Duration first, String what, Runnable step) {
        StepGuard guard = new StepGuard(log, what);
        var _ = executor.scheduleWithFixedDelay(
                () -> guard.run(step), first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Does a step once, when those before it are done; false, and not at all, once the timer is stopped. */
    public boolean soon(String what, Runnable step) {
        return after(Duration.ZERO, what, step);
    }

    /** Does a step once, after a while; false, and not at all, once the timer is stopped. */
    public boolean after(Duration pause, String what, Runnable step) {
        try {
            var _ = executor.schedule(() -> new StepGuard(log, what).run(step), pause.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (RejectedExecutionException stopped) {
            log.debug("{} is left, since its timer has stopped", what, stopped);
            return false;
        }
    }

    /** Begins no further step. */
    public void stop() {
        executor.shutdownNow();
    }
}
