package io.agentorchestrator.worker.loop;

import io.agentorchestrator.activities.loop.StepGuard;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Does a step on a thread of its own, when woken and once in a while besides, for as long as it runs. A store that is away is
 * waited for; nothing that a step throws ends the loop. Thread-safe.
 */
public final class PollLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);

    private final String name;
    private final Duration poll;
    private final WakeSignal wake;
    private final Supplier<Duration> step;
    private final StepGuard guard;
    private volatile boolean running;

    /**
     * Begins once started.
     *
     * @param name of the thread
     * @param poll time between two steps at most, apart from what a step takes
     */
    public PollLoop(String name, Duration poll, WakeSignal wake, Runnable step) {
        this(name, poll, wake, () -> {
            step.run();
            return poll;
        });
    }

    /**
     * The same, for a step that tells how long to wait for the next at most.
     *
     * @param poll the time to wait after a step that failed
     */
    public PollLoop(String name, Duration poll, WakeSignal wake, Supplier<Duration> step) {
        this.name = name;
        this.poll = poll;
        this.wake = wake;
        this.step = step;
        this.guard = new StepGuard(LOG, name);
    }

    @Override
    public void start() {
        running = true;
        Thread.ofPlatform().name(name).start(this::run);
    }

    /** Ends the loop after its current step. */
    @Override
    public void stop() {
        running = false;
        wake.now();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            if (!wake.await(guard.call(step, poll))) {
                return;
            }
        }
    }
}
