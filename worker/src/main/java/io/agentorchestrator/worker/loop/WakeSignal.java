package io.agentorchestrator.worker.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes a loop; many calls between two rounds are one. Thread-safe. */
public final class WakeSignal {
    private final Semaphore signal = new Semaphore(0);

    public void now() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Waits to be woken, at most {@code limit}; false if the thread was interrupted. */
    boolean await(Duration limit) {
        try {
            if (signal.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                signal.drainPermits();
            }
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
