package io.agentorchestrator.workflows.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class Uuid7Test {
    private static final Instant START = Instant.parse("2026-11-29T10:00:00Z");

    private Instant now = START;
    private final Uuid7 ids = new Uuid7(new SteppingClock());

    @Test
    void idsOfOneMillisecondAscend() {
        UUID one = ids.next();
        UUID other = ids.next();

        assertThat(other.toString()).isGreaterThan(one.toString());
        assertThat(timeOf(one)).isEqualTo(START);
        assertThat(one.version()).isEqualTo(7);
        assertThat(one.variant()).isEqualTo(2);
    }

    @Test
    void idsGoOnAscendingWhileAClockIsSetBackALittle() {
        UUID before = ids.next();
        now = START.minus(Uuid7.MAX_LEAD.dividedBy(2));

        assertThat(ids.next().toString()).isGreaterThan(before.toString());
    }

    @Test
    void aClockThatOnceRanFastDoesNotGiveIdsOfTheFuture() {
        now = START.plus(Duration.ofHours(1));
        ids.next();
        now = START;

        assertThat(timeOf(ids.next())).isBeforeOrEqualTo(START.plus(Uuid7.MAX_LEAD));
    }

    @RepeatedTest(20)
    void idsStayNearAClockThatStepsBackAndForth() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            long millis = random.nextInt(10) == 0 ? random.nextInt(-7_200_000, 7_200_000) : random.nextInt(-900, 900);
            now = now.plusMillis(millis);
            UUID id = ids.next();
            assertThat(seen.add(id)).as("seed %s", seed).isTrue();
            assertThat(Duration.between(now, timeOf(id))).as("seed %s", seed).isBetween(Duration.ZERO, Uuid7.MAX_LEAD);
        }
    }

    private static Instant timeOf(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    /** Shows {@link #now}. */
    private final class SteppingClock extends Clock {
        private final InstantSource source = () -> now;

        @Override
        public Instant instant() {
            return source.instant();
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
