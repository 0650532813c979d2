package io.agentorchestrator.api.event;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber's place among the others, and its bell. For one subscriber; whoever has news rings it from any thread. */
final class Subscription implements AutoCloseable {
    private final String tenant;
    private final Semaphore bell = new Semaphore(0);
    private final Consumer<Subscription> onClose;

    Subscription(String tenant, Consumer<Subscription> onClose) {
        this.tenant = tenant;
        this.onClose = onClose;
    }

    String tenant() {
        return tenant;
    }

    /** There may be news. Ringing often is ringing once. */
    void ring() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    /** Waits for the bell; false if it has not rung within the limit. */
    boolean await(Duration limit) throws InterruptedException {
        boolean rung = bell.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
        bell.drainPermits();
        return rung;
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
