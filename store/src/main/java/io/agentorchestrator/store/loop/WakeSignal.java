package io.agentorchestrator.store.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes a loop, or one of several that wait for it; many calls between two rounds are one. Thread-safe. */
public final class WakeSignal {
    private final Semaphore signal = new Semaphore(0);

    public void now() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Waits to be woken, at most {@code limit}. */
    void await(Duration limit) throws InterruptedException {
        if (signal.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            signal.drainPermits();
        }
    }
}
