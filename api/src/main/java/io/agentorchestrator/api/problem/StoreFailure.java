package io.agentorchestrator.api.problem;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** What kind of failure an exception of the store is. */
public enum StoreFailure {
    /** No connection could be had: nothing has happened. */
    UNREACHABLE,
    /** The connection broke, or PostgreSQL gave up: what was under way may or may not have happened. */
    INTERRUPTED,
    /** PostgreSQL refused what it was asked, or the fault is ours. */
    REFUSED;

    /** When another try makes sense after the store was away. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** Classes of SQLSTATE that mean that the server, not the statement, is the trouble (PostgreSQL manual, appendix A). */
    private static final Set<String> SERVER_TROUBLE = Set.of("08", "40", "53", "55", "57", "58", "XX");

    /** Not yet migrated, or a standby: there is a server, but it is not ours to write to yet. */
    private static final Set<String> NOT_READY = Set.of("42P01", "42704", "42883", "25006");

    public static StoreFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof SQLTransientConnectionException
                    || cause instanceof SQLNonTransientConnectionException) {
                return UNREACHABLE;
            }
            if (cause instanceof SQLTimeoutException) {
                return INTERRUPTED;
            }
            if (cause instanceof SQLException sql) {
                return ofState(sql.getSQLState());
            }
            cause = cause.getCause();
        }
        return REFUSED;
    }

    private static StoreFailure ofState(String state) {
        if (state == null) {
            return INTERRUPTED;
        }
        if (NOT_READY.contains(state)) {
            return UNREACHABLE;
        }
        return SERVER_TROUBLE.contains(state.substring(0, 2)) ? INTERRUPTED : REFUSED;
    }

    /** What happened in the driver, without the statement that it happened to. */
    public static String reason(Throwable failure) {
        return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    }

    /** Whether an exception comes from the store at all. */
    static boolean isOfStore(Throwable failure) {
        return failure instanceof DataAccessException || failure instanceof TransactionException;
    }

    /** The problem of a store that is away. */
    public static ProblemException unavailable() {
        return new ProblemException(
                ProblemCode.STORE_UNAVAILABLE,
                "PostgreSQL cannot be reached at the moment; try again shortly",
                RETRY_AFTER);
    }
}
