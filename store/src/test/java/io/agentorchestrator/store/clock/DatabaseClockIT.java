package io.agentorchestrator.store.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

class DatabaseClockIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    /** A machine whose clock is an hour fast, until it is set right. */
    private Duration fast = Duration.ofHours(1);

    private long nanos;
    private final DatabaseClock clock =
            new DatabaseClock(database.dataSource(), () -> Instant.now().plus(fast), () -> nanos);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void idsFollowTheDatabaseWhateverTheMachineShows() {
        clock.synchronize();
        Uuid7 ids = new Uuid7(clock);

        UUID whileFast = ids.next();
        fast = Duration.ofHours(-3);
        UUID later = ids.next();

        assertThat(timeOf(whileFast)).isCloseTo(databaseTime(), within(10, ChronoUnit.SECONDS));
        assertThat(later.toString()).isGreaterThan(whileFast.toString());
    }

    @Test
    void timeGoesOnBetweenTwoLooks() {
        clock.synchronize();
        Instant then = clock.instant();

        nanos += Duration.ofSeconds(90).toNanos();

        assertThat(clock.instant()).isEqualTo(then.plusSeconds(90));
    }

    @Test
    void goesOnByWhatItKnewWhileTheDatabaseIsAway() {
        clock.synchronize();
        Instant then = clock.instant();
        database.goAway();

        assertThatThrownBy(clock::synchronize)
                .isInstanceOfAny(DataAccessException.class, CannotGetJdbcConnectionException.class);

        assertThat(clock.instant()).isEqualTo(then);
        database.comeBack();
    }

    private Instant databaseTime() {
        return database.client()
                .sql("select extract(epoch from clock_timestamp())::bigint")
                .query((row, number) -> Instant.ofEpochSecond(row.getLong(1)))
                .single();
    }

    private static Instant timeOf(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }
}
