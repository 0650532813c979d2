package io.agentorchestrator.activities.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test moves on: one that stands still meanwhile, or one that runs. Thread-safe. */
public final class TestClock extends Clock {
    private final InstantSource source;
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    private TestClock(InstantSource source) {
        this.source = source;
    }

    public static TestClock standing() {
        return new TestClock(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    }

    public static TestClock running() {
        return new TestClock(InstantSource.system());
    }

    public void advance(Duration by) {
        ahead.accumulateAndGet(by, Duration::plus);
    }

    /** By how much it is ahead. */
    public Duration advanced() {
        return ahead.get();
    }

    @Override
    public Instant instant() {
        return source.instant().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("nobody asks for local time");
    }
}
