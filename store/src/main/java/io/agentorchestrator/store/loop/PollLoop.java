package io.agentorchestrator.store.loop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Does a step on a thread of its own, when woken and once in a while besides, from its start until it is stopped. A store that is away is
 * waited for; nothing that a step throws ends the loop, nor does an interruption. The thread is no virtual one: a loop is not to wait in line
 * behind thousands of them. Thread-safe.
 */
public final class PollLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);

    private final String name;
    private final Duration poll;
    private final WakeSignal wake;
    private final Step step;
    private final StepGuard guard;
    /** Null unless it runs; one that was replaced ends. */
    private volatile @Nullable Thread thread;

    /** A step that tells how long to wait for the next at most. */
    @FunctionalInterface
    public interface Step {
        Duration run() throws InterruptedException;
    }

    /**
     * Begins once started.
     *
     * @param name of the thread, which begins lines about it
     * @param poll time between two steps at most, apart from what a step takes
     */
    public PollLoop(String name, Duration poll, Runnable step) {
        this(name, poll, new WakeSignal(), step);
    }

    /** The same, woken by a signal that others have too. */
    public PollLoop(String name, Duration poll, WakeSignal wake, Runnable step) {
        this(name, poll, wake, () -> {
            step.run();
            return poll;
        });
    }

    /**
     * The same, for a step that decides when the next is due.
     *
     * @param poll the time to wait after a step that failed
     */
    public PollLoop(String name, Duration poll, Step step) {
        this(name, poll, new WakeSignal(), step);
    }

    /** The same, woken by a signal that others have too. */
    public PollLoop(String name, Duration poll, WakeSignal wake, Step step) {
        this.name = name;
        this.poll = poll;
        this.wake = wake;
        this.step = step;
        this.guard = new StepGuard(LOG, name);
    }

    @Override
    public void start() {
        startAfter(Duration.ZERO);
    }

    /** Starts with a pause, which being woken cuts short. */
    public void startAfter(Duration pause) {
        Thread begun = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(pause));
        thread = begun;
        begun.start();
    }

    /** Has the next step done at once. */
    public void wake() {
        wake.now();
    }

    /** Ends the loop after its current step. */
    @Override
    public void stop() {
        thread = null;
        wake.now();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void run(Duration first) {
        Duration pause = first;
        while (isWanted()) {
            pause = round(pause);
        }
        wake.now(); // for the next that waits for this signal: it may be to stop too
    }

    private Duration round(Duration pause) {
        try {
            wake.await(pause);
            Duration next = isWanted() ? step.run() : poll;
            guard.done();
            return next;
        } catch (InterruptedException _) {
            return poll;
        } catch (RuntimeException | Error failure) {
            guard.failed(failure);
            return poll;
        }
    }

    private boolean isWanted() {
        return thread == Thread.currentThread();
    }
}
