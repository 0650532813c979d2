package io.agentorchestrator.store.clock;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A clock that shows the database's time: what it was when it was last asked, and since then the time that this process has measured. So ids
 * and times of several processes agree, whatever their own clocks show, and a step of one of those is not seen. Until the database was asked
 * for the first time, and not later, it shows the process's own. Thread-safe.
 */
public final class DatabaseClock extends Clock {
    private final JdbcClient database;
    private final InstantSource own;
    private final LongSupplier nanoClock;
    private volatile @Nullable Reading reading;

    public DatabaseClock(DataSource database) {
        this(database, Clock.systemUTC(), System::nanoTime);
    }

    DatabaseClock(DataSource database, InstantSource own, LongSupplier nanoClock) {
        this.database = JdbcClient.create(database);
        this.own = own;
        this.nanoClock = nanoClock;
    }

    /**
     * Asks the database for its time. Half of what the answer takes is taken to have passed since.
     *
     * @throws org.springframework.dao.DataAccessException if it is away: the clock goes on by what it knew
     */
    public void synchronize() {
        long askedNanos = nanoClock.getAsLong();
        OffsetDateTime time = database.sql("select clock_timestamp()")
                .query(OffsetDateTime.class)
                .single();
        long answeredNanos = nanoClock.getAsLong();
        reading = new Reading(time.toInstant(), askedNanos + (answeredNanos - askedNanos) / 2);
    }

    @Override
    public Instant instant() {
        Reading last = reading;
        return last == null ? own.instant() : last.time().plusNanos(nanoClock.getAsLong() - last.nanos());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId other) {
        throw new UnsupportedOperationException("the database's time is shown in UTC");
    }

    private record Reading(Instant time, long nanos) {}
}
