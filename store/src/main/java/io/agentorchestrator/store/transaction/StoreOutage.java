package io.agentorchestrator.store.transaction;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Tells the store's outages from mistakes: a statement that PostgreSQL refuses, or a row that is not there, is the fault of whoever asked
 * and no outage, though both are {@code DataAccessException}s.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
 */
public final class StoreOutage {
    /** Classes that mean the server or another's work: connection, rollback, resources, locks, operator, system, internal. */
    private static final Set<String> CLASSES = Set.of("08", "25", "40", "53", "55", "57", "58", "XX");

    /** Not migrated yet: there is a server, and it is not ours yet. */
    private static final Set<String> NOT_MIGRATED = Set.of("42P01", "42704", "42883", "3D000", "28000", "28P01");

    /** The pool's message where nobody has given a connection back in time. */
    private static final Pattern ALL_TAKEN =
            Pattern.compile("request timed out after (\\d+)ms \\(total=([1-9]\\d*), active=\\2\\b");

    private static final String GIVEN_UP_FOR_ANOTHER = "40";
    private static final int MAX_DEPTH = 20;

    private StoreOutage() {}

    /** Tells whether the store, and not who asked it, is the reason. */
    public static boolean isOutage(Throwable failure) {
        if (failure instanceof CannotCreateTransactionException) {
            return true;
        }
        SQLException cause = sqlException(failure);
        if (cause == null) {
            return false;
        }
        String state = cause.getSQLState();
        return cause instanceof SQLTransientConnectionException
                || cause instanceof SQLNonTransientConnectionException
                || cause instanceof SQLTimeoutException
                || state == null
                || NOT_MIGRATED.contains(state)
                || CLASSES.stream().anyMatch(state::startsWith);
    }

    /** Tells whether there is no connection to be had, or none any more, so that another statement would fare no better. */
    public static boolean isUnreachable(Throwable failure) {
        SQLException cause = sqlException(failure);
        return failure instanceof CannotCreateTransactionException
                || cause instanceof SQLTransientConnectionException
                || cause instanceof SQLNonTransientConnectionException
                || hasClass(failure, "08")
                || hasClass(failure, "57P");
    }

    /** Tells whether PostgreSQL gave up a transaction that may succeed when it is repeated. */
    public static boolean isGivenUpForAnother(Throwable failure) {
        return hasClass(failure, GIVEN_UP_FOR_ANOTHER);
    }

    /** Tells whether PostgreSQL ended a statement that took longer than it may, or that somebody cancelled: it is there, and answers. */
    public static boolean isOutOfTime(Throwable failure) {
        return hasClass(failure, "57014");
    }

    /** Tells whether a lock was not to be had within its time. */
    public static boolean isLockTimeout(Throwable failure) {
        return hasClass(failure, "55P03");
    }

    /** Says what happened in the driver or the pool, without the statement that it happened to. */
    public static String reason(Throwable failure) {
        String reason = String.valueOf(
                NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        Matcher taken = ALL_TAKEN.matcher(reason);
        return taken.find()
                ? "all %s connections were in use for %s ms: PostgreSQL, or this machine, is slow"
                        .formatted(taken.group(2), taken.group(1))
                : reason;
    }

    private static boolean hasClass(Throwable failure, String beginning) {
        SQLException cause = sqlException(failure);
        String state = cause == null ? null : cause.getSQLState();
        return state != null && state.startsWith(beginning);
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
