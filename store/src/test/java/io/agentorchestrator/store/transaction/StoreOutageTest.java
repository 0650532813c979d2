package io.agentorchestrator.store.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

class StoreOutageTest {
    @ParameterizedTest
    @CsvSource({
        "08006, true",
        "40P01, true",
        "57P01, true",
        "42P01, true",
        "42601, false",
        "23505, false",
        "22P02, false"
    })
    void aMistakeIsNoOutage(String state, boolean outage) {
        assertThat(StoreOutage.isOutage(new IllegalStateException(new SQLException("said", state))))
                .isEqualTo(outage);
        assertThat(StoreOutage.isOutage(new IllegalStateException("ours"))).isFalse();
    }

    @Test
    void aPoolWhoseConnectionsAreAllInUseIsNotSaidToBeOutOfReach() {
        assertThat(StoreOutage.reason(notAvailable("(total=16, active=16, idle=0, waiting=7)")))
                .isEqualTo("all 16 connections were in use for 10038 ms: PostgreSQL, or this machine, is slow");
        assertThat(StoreOutage.reason(notAvailable("(total=0, active=0, idle=0, waiting=7)")))
                .contains("Connection is not available");
        assertThat(StoreOutage.reason(notAvailable("(total=16, active=1, idle=0, waiting=7)")))
                .contains("Connection is not available");
    }

    private static Exception notAvailable(String pool) {
        return new CannotGetJdbcConnectionException(
                "Failed to obtain JDBC Connection",
                new SQLTransientConnectionException(
                        "store - Connection is not available, request timed out after 10038ms " + pool));
    }
}
