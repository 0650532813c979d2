package io.agentorchestrator.store.loop;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Does steps beside each other and beside whoever begins them, each on a virtual thread of its own, a bounded number at a time. What one
 * throws is logged, and holds up no other. Thread-safe.
 */
public final class ConcurrentSteps implements AutoCloseable {
    private final StepGuard guard;
    private final Semaphore permits;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param most steps at a time */
    public ConcurrentSteps(StepGuard guard, int most) {
        this.guard = guard;
        this.permits = new Semaphore(most);
    }

    /** Begins a step at once; waits for that while there are too many. */
    public void begin(Runnable step) {
        permits.acquireUninterruptibly();
        Future<?> _ = threads.submit(() -> end(step));
    }

    /** Begins a step as soon as there are not too many, and does not wait for that. */
    public void enqueue(Runnable step) {
        Future<?> _ = threads.submit(() -> {
            permits.acquire();
            end(step);
            return null;
        });
    }

    /** Waits for the end of all steps. */
    @Override
    public void close() {
        threads.close();
    }

    /** Interrupts all steps, and waits for none. */
    public void stop() {
        threads.shutdownNow();
    }

    private void end(Runnable step) {
        try {
            guard.run(step);
        } finally {
            permits.release();
        }
    }
}
