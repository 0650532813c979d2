package io.agentorchestrator.store.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.UncategorizedSQLException;

class SeparateStepsTest {
    private final SeparateSteps steps = new SeparateSteps(NOPLogger.NOP_LOGGER, "loop");
    private final List<String> done = new ArrayList<>();

    @Test
    void aStepThatThrowsKeepsNoOtherFromBeingDone() {
        RuntimeException timedOut = new QueryTimeoutException(
                "", new UncategorizedSQLException("", "", new SQLException("canceled", "57014")));
        for (Throwable failure : List.of(new IllegalStateException(), new StackOverflowError(), timedOut)) {
            int answer = steps.call(
                    "first",
                    () -> {
                        throw sneaky(failure);
                    },
                    7);
            steps.run("second", () -> done.add("second"));

            assertThat(answer).isEqualTo(7);
        }
        assertThat(done).hasSize(3);
    }

    @Test
    void aStoreThatCannotBeReachedEndsTheRound() {
        RuntimeException away = new DataAccessResourceFailureException("", new SQLTransientConnectionException("none"));

        assertThatThrownBy(() -> steps.run("first", () -> {
                    throw away;
                }))
                .isSameAs(away);
    }

    private static RuntimeException sneaky(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }
}
