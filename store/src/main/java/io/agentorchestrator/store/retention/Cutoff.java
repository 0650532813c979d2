package io.agentorchestrator.store.retention;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The moment before which things had to end to be deleted, by the database's clock.
 *
 * @param before what ended before this is deleted
 * @param bornBefore and began before this: the same, or the beginning of that week, so that whole weeks can be dropped
 * @param now by the same clock
 */
public record Cutoff(Instant before, Instant bornBefore, Instant now) {
    /** From this period on weeks are left alone until all of them is over: to drop one costs nothing, to delete it row by row much. */
    public static final Duration WHOLE_WEEKS_FROM = Duration.ofDays(14);

    private static final Duration FUTURE = Duration.ofHours(1);
    private static final Duration WEEK = Duration.ofDays(7);

    /** The cutoff of a period that ends now. */
    public static Cutoff of(DataSource database, Duration period) {
        Instant now = JdbcClient.create(database)
                .sql("select now()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
        Instant before = now.minus(period);
        return new Cutoff(before, period.compareTo(WHOLE_WEEKS_FROM) < 0 ? before : monday(before), now);
    }

    private static Instant monday(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC)
                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    /** Tells whether all of a week, given its Monday, lies before the cutoff. */
    boolean isPast(LocalDate week) {
        return !week.atStartOfDay(ZoneOffset.UTC).toInstant().plus(WEEK).isAfter(before);
    }

    /** The least id of what began later than may be deleted. */
    UUID below() {
        return floor(bornBefore);
    }

    /** The least id of the future: only a clock that is wrong gives one, and what has it ends now. */
    UUID future() {
        return floor(now.plus(FUTURE));
    }

    /** The least UUIDv7 of a moment. */
    static UUID floor(Instant at) {
        return new UUID(at.toEpochMilli() << 16 | 0x7000L, 0x8000000000000000L);
    }

    static OffsetDateTime parameter(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
