package io.agentorchestrator.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

class StoreFailureTest {

    @ParameterizedTest
    @CsvSource({
        "57014, TIMED_OUT, STORE_TIMEOUT",
        "55P03, LOCKED, STORE_TIMEOUT",
        "40001, CONFLICT, OVERLOADED",
        "40P01, CONFLICT, OVERLOADED",
        "08006, INTERRUPTED, STORE_UNAVAILABLE",
        "57P01, INTERRUPTED, STORE_UNAVAILABLE",
        "57P03, INTERRUPTED, STORE_UNAVAILABLE",
        "25P03, INTERRUPTED, STORE_UNAVAILABLE",
        "25006, READ_ONLY, STORE_UNAVAILABLE",
        "28P01, REFUSES_US, STORE_UNAVAILABLE",
        "3D000, REFUSES_US, STORE_UNAVAILABLE",
        "53300, OUT_OF_RESOURCES, STORE_UNAVAILABLE",
        "53100, OUT_OF_RESOURCES, STORE_UNAVAILABLE",
        "58030, OUT_OF_RESOURCES, STORE_UNAVAILABLE",
        "42P01, NOT_MIGRATED, STORE_UNAVAILABLE",
        "42703, NOT_MIGRATED, STORE_UNAVAILABLE",
        "22P02, INVALID_VALUE, INVALID_VALUE",
        "42601, PROGRAMMING_ERROR, INTERNAL_ERROR",
        "23505, PROGRAMMING_ERROR, INTERNAL_ERROR",
        "25P02, PROGRAMMING_ERROR, INTERNAL_ERROR",
        "55000, PROGRAMMING_ERROR, INTERNAL_ERROR",
        "0A000, PROGRAMMING_ERROR, INTERNAL_ERROR",
    })
    void isToldByItsState(String state, StoreFailure expected, ProblemCode code) {
        StoreFailure failure =
                StoreFailure.of(new DataAccessResourceFailureException("failed", new SQLException("failed", state)));

        assertThat(failure).isEqualTo(expected);
        assertThat(failure.problem().code()).isEqualTo(code);
        assertThat(failure.isOutage()).isEqualTo(code.status().value() == 503);
        assertThat(failure.problem().retryAfter() != null).isEqualTo(failure.isOutage());
    }

    @Test
    void onlyWhatCannotBeReachedIsCalledThat() {
        for (StoreFailure failure : StoreFailure.values()) {
            assertThat(String.valueOf(failure.problem().getMessage()).contains("cannot be reached"))
                    .as(failure.name())
                    .isEqualTo(failure == StoreFailure.UNREACHABLE);
        }
    }

    @Test
    void aPoolThatIsUsedUpIsNotOneThatReachesNobody() {
        assertThat(ofPool("timed out after 3000ms (total=16, active=16, idle=0, waiting=3)", null))
                .isEqualTo(StoreFailure.NO_CONNECTION_FREE);
        assertThat(ofPool("timed out after 3000ms (total=0, active=0, idle=0, waiting=3)", null))
                .isEqualTo(StoreFailure.UNREACHABLE);
        assertThat(ofPool("timed out after 3000ms (total=16, active=3, idle=0, waiting=3)", null))
                .isEqualTo(StoreFailure.UNREACHABLE);
        assertThat(ofPool("timed out", new SQLException("refused", "08001"))).isEqualTo(StoreFailure.UNREACHABLE);
        assertThat(ofPool("timed out", new SQLException("who are you", "28P01")))
                .isEqualTo(StoreFailure.REFUSES_US);
        assertThat(ofPool("timed out", new SQLException("too many clients", "53300")))
                .isEqualTo(StoreFailure.OUT_OF_RESOURCES);
    }

    @Test
    void anAnswerThatDoesNotComeIsATimeout() {
        assertThat(StoreFailure.of(new DataAccessResourceFailureException(
                        "failed", new SQLException("an I/O error", "08006", new SocketTimeoutException("read")))))
                .isEqualTo(StoreFailure.TIMED_OUT);
    }

    @Test
    void whatIsNotOfTheStoreIsAFaultOfOurs() {
        assertThat(StoreFailure.of(new IllegalStateException("a fault"))).isEqualTo(StoreFailure.PROGRAMMING_ERROR);
    }

    @Test
    void aTableThatIsMissingIsAFaultOnceTheSchemaIsThere() {
        Exception missing = new DataAccessResourceFailureException("failed", new SQLException("no table", "42P01"));
        assertThat(new StoreFailures(() -> false).of(missing)).isEqualTo(StoreFailure.NOT_MIGRATED);
        assertThat(new StoreFailures(() -> true).of(missing)).isEqualTo(StoreFailure.PROGRAMMING_ERROR);
    }

    private static StoreFailure ofPool(String message, @Nullable SQLException cause) {
        return StoreFailure.of(new CannotCreateTransactionException(
                "no connection", new SQLTransientConnectionException(message, null, cause)));
    }
}
