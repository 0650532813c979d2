package io.agentorchestrator.workflows.model;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/**
 * Makes UUIDs of version 7 (RFC 9562, 5.7) that ascend within this generator: 48 bits of Unix milliseconds, then a 12-bit
 * counter (method 1 of 6.2, running ahead of the clock when it overflows), then 62 random bits. While the clock is set back by less than
 * {@link #MAX_LEAD} they go on from where they were; a clock that is set back by more was wrong before, and they follow it: ids of the
 * future would rank behind everyone else's for as long as it was fast. Thread-safe.
 */
public final class Uuid7 {
    /** Time by which ids run ahead of the clock at most. */
    public static final Duration MAX_LEAD = Duration.ofSeconds(1);

    private static final int COUNTER_BITS = 12;
    private static final long MAX_LEAD_STAMPS = MAX_LEAD.toMillis() << COUNTER_BITS;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    /** Milliseconds and counter in one number, so that one addition carries from the counter into the time. */
    private long lastStamp;

    public Uuid7(Clock clock) {
        this.clock = clock;
    }

    public UUID next() {
        long stamp = nextStamp();
        long high = (stamp >>> COUNTER_BITS) << 16 | 0x7000L | (stamp & 0xFFF);
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    private synchronized long nextStamp() {
        long now = clock.millis() << COUNTER_BITS;
        long following = lastStamp + 1;
        lastStamp = following > now && following - now <= MAX_LEAD_STAMPS ? following : now;
        return lastStamp;
    }
}
