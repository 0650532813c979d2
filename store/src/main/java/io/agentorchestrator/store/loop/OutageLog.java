package io.agentorchestrator.store.loop;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Says in the log that somebody went away, and that they are back: one line each, however often we try, and another now and then where
 * that is wanted. Thread-safe.
 */
public final class OutageLog {
    private final Logger log;
    private final String who;
    private final @Nullable Duration remindEvery;
    private final LongSupplier nanoClock;
    private volatile boolean away;
    private long saidNanos;

    /**
     * Takes them to be there at first.
     *
     * @param who subject of the line, such as "the store"
     */
    public OutageLog(Logger log, String who) {
        this(log, who, null, System::nanoTime);
    }

    /** One that repeats itself, at most so often, while they are away. */
    public OutageLog(Logger log, String who, Duration remindEvery) {
        this(log, who, remindEvery, System::nanoTime);
    }

    OutageLog(Logger log, String who, @Nullable Duration remindEvery, LongSupplier nanoClock) {
        this.log = log;
        this.who = who;
        this.remindEvery = remindEvery;
        this.nanoClock = nanoClock;
    }

    /** Notes that they are there; often called, so that nobody waits for anybody here. */
    public void recovered() {
        if (away && isBack()) {
            log.info("{} is there again", who);
        }
    }

    /**
     * Notes that they are away.
     *
     * @param what is not done meanwhile
     */
    public void unavailable(String what, String why) {
        if (isToBeSaid(nanoClock.getAsLong())) {
            log.warn("{} until {} is there again: {}", what, who, why);
        }
    }

    private synchronized boolean isBack() {
        boolean back = away;
        away = false;
        return back;
    }

    private synchronized boolean isToBeSaid(long nowNanos) {
        if (away && (remindEvery == null || nowNanos - saidNanos < remindEvery.toNanos())) {
            return false;
        }
        away = true;
        saidNanos = nowNanos;
        return true;
    }
}
