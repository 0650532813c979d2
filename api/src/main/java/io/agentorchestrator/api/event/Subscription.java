package io.agentorchestrator.api.event;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's place among the others. It reads what has happened before from the store itself, then joins those who are told of what
 * happens. Of one subscriber; what is not final is guarded by the lock of the {@link EventPoller}, unless it says otherwise.
 */
final class Subscription implements AutoCloseable {
    /** The number of no event. */
    static final long NONE = Long.MAX_VALUE;

    private final String tenant;
    private final @Nullable UUID runId;
    private final Consumer<Subscription> onClose;
    /** Thread-safe by itself. */
    private final Semaphore news = new Semaphore(0);

    private volatile boolean asksToJoin;
    private volatile boolean joined;
    private volatile boolean leftBehind;
    /** The number of the first recent event that it has not looked at; {@link #NONE}: it has seen all. */
    long unread = NONE;

    Subscription(String tenant, @Nullable UUID runId, Consumer<Subscription> onClose) {
        this.tenant = tenant;
        this.runId = runId;
        this.onClose = onClose;
    }

    String tenant() {
        return tenant;
    }

    @Nullable UUID runId() {
        return runId;
    }

    boolean wants(WrittenEvent event) {
        return tenant.equals(event.tenant()) && (runId == null || runId.equals(event.runId()));
    }

    /** Asks to be told of what happens. Once {@link #hasJoined}, all counts that was not visible then. Thread-safe. */
    void join() {
        asksToJoin = true;
    }

    boolean hasJoined() {
        return joined;
    }

    /** Tells whether more has happened than is kept for it; it will not be told any more. */
    boolean isLeftBehind() {
        return leftBehind;
    }

    /** Joins if it asked to; true if it has joined and is not left behind. */
    boolean admit() {
        if (asksToJoin && !joined) {
            joined = true;
            wake();
        }
        return joined && !leftBehind;
    }

    /** Tells it of an event that it wants; it is woken if it had seen all before. */
    void thereIs(long number) {
        if (joined && !leftBehind && unread == NONE) {
            unread = number;
            wake();
        }
    }

    void leaveBehind() {
        leftBehind = true;
        unread = NONE;
    }

    /** Ends its wait. Often is as good as once. Thread-safe. */
    void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    /** Waits until it is woken, for so long at most. */
    void await(Duration limit) throws InterruptedException {
        if (news.tryAcquire(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
