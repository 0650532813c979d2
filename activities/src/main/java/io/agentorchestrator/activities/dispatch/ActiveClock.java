package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A clock that leaves out the time in which the process stood still (SIGSTOP, a suspended machine): nothing falls due merely
 * because nobody looked. It never goes back, whatever the time of day does. Confined to one thread, which reads it often.
 */
final class ActiveClock {
    /** Between two readings more than this is a standstill. */
    static final Duration STANDSTILL = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private final long standstillNanos;
    private long readNanos;
    private long activeNanos;
    private long stoodStillNanos;

    /** @param standstill longer than this between two readings the process stood still */
    ActiveClock(LongSupplier nanoTime, Duration standstill) {
        this.nanoTime = nanoTime;
        this.standstillNanos = standstill.toNanos();
        this.readNanos = nanoTime.getAsLong();
    }

    long nanos() {
        long now = nanoTime.getAsLong();
        long passed = now - readNanos;
        readNanos = now;
        if (passed > standstillNanos) {
            stoodStillNanos += passed;
        } else {
            activeNanos += passed;
        }
        return activeNanos;
    }

    /** Returns how long the process stood still since the last call. */
    Duration takeStandstill() {
        Duration taken = Duration.ofNanos(stoodStillNanos);
        stoodStillNanos = 0;
        return taken;
    }
}
