package io.agentorchestrator.api.problem;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The kind of a failure of the store, by its SQLSTATE (PostgreSQL manual, appendix A), and what clients are told. An outage passes, and
 * is answered with 503; any other is a value that the store cannot hold, or a fault of ours.
 */
public enum StoreFailure {
    /** No connection could be had: nothing has happened. */
    UNREACHABLE(ProblemCode.STORE_UNAVAILABLE, "PostgreSQL cannot be reached at the moment; try again shortly"),
    /** PostgreSQL takes no connection of ours: nothing has happened. */
    REFUSES_US(
            ProblemCode.STORE_UNAVAILABLE,
            "PostgreSQL does not accept this server's user, password or database; its operator has to look"),
    /** All connections of the pool were in use for as long as a request waits for one: nothing has happened. */
    NO_CONNECTION_FREE(
            ProblemCode.OVERLOADED, "all of this server's connections to PostgreSQL are in use; try again shortly"),
    /** The connection broke, or PostgreSQL gave up: what was under way may or may not have happened. */
    INTERRUPTED(
            ProblemCode.STORE_UNAVAILABLE,
            "the connection to PostgreSQL broke, or PostgreSQL is stopping; try again shortly"),
    /** A query ran out of time. */
    TIMED_OUT(
            ProblemCode.STORE_TIMEOUT,
            "PostgreSQL is there, but the query took longer than one may; ask for less, or try again shortly"),
    /** Somebody else held a lock for too long. */
    LOCKED(
            ProblemCode.STORE_TIMEOUT,
            "PostgreSQL is there, but what the request needs was locked for too long; try again shortly"),
    /** Transactions got in each other's way, and this one was rolled back. */
    CONFLICT(ProblemCode.OVERLOADED, "the request and others got in each other's way in PostgreSQL; try again shortly"),
    /** The server is in trouble of its own. */
    OUT_OF_RESOURCES(
            ProblemCode.STORE_UNAVAILABLE,
            "PostgreSQL is out of connections, memory or disk, or cannot use it; its log says which"),
    /** A standby, or a server that is being restored. */
    READ_ONLY(ProblemCode.STORE_UNAVAILABLE, "PostgreSQL takes no writes at the moment; try again shortly"),
    /** Tables or columns are not there. Once the schema was migrated, this is a {@link #PROGRAMMING_ERROR}. */
    NOT_MIGRATED(
            ProblemCode.STORE_UNAVAILABLE, "the schema in PostgreSQL is not up to date yet; try again in a minute"),
    /** PostgreSQL cannot hold a value. */
    INVALID_VALUE(null, "the store cannot hold a value of this request"),
    /** Anything else is a fault of ours. */
    PROGRAMMING_ERROR(null, "the request failed through no fault of its own");

    /** When another try makes sense after an outage. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final int MAX_CAUSES = 20;
    private static final Set<String> MISSING_IN_SCHEMA = Set.of("42P01", "42703", "42704", "42883", "3F000");

    /** The pool's message when all its connections are in use. */
    private static final Pattern ALL_IN_USE = Pattern.compile(".*\\(total=([1-9][0-9]*), active=\\1,.*");

    private final @Nullable ProblemCode code;
    private final String detail;

    StoreFailure(@Nullable ProblemCode code, String detail) {
        this.code = code;
        this.detail = detail;
    }

    /** The kind of a failure that is the store's; what is not, is a programming error. */
    public static StoreFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof SQLException sql) {
                return ofSql(sql);
            }
            cause = cause.getCause();
        }
        return PROGRAMMING_ERROR;
    }

    private static StoreFailure ofSql(SQLException failure) {
        return switch (failure) {
            case SQLTransientConnectionException none -> ofPool(none);
            case SQLNonTransientConnectionException _ -> UNREACHABLE;
            case SQLTimeoutException _ -> TIMED_OUT;
            default ->
                failure.getCause() instanceof SocketTimeoutException ? TIMED_OUT : ofState(failure.getSQLState());
        };
    }

    /** The kind of a pool's failure. Its cause, if any, tells why the pool could not make another connection. */
    private static StoreFailure ofPool(SQLTransientConnectionException none) {
        if (!(none.getCause() instanceof SQLException cause)) {
            return ALL_IN_USE.matcher(String.valueOf(none.getMessage())).matches() ? NO_CONNECTION_FREE : UNREACHABLE;
        }
        return switch (classOf(cause.getSQLState())) {
            case "28", "3D" -> REFUSES_US;
            case "53" -> OUT_OF_RESOURCES;
            default -> UNREACHABLE;
        };
    }

    private static StoreFailure ofState(@Nullable String state) {
        if (state == null) {
            return INTERRUPTED;
        }
        if (MISSING_IN_SCHEMA.contains(state)) {
            return NOT_MIGRATED;
        }
        return switch (state) {
            case "57014" -> TIMED_OUT;
            case "55P03" -> LOCKED;
            case "25006" -> READ_ONLY;
            case "25P03", "25P04" -> INTERRUPTED;
            default ->
                switch (classOf(state)) {
                    case "08", "57" -> INTERRUPTED;
                    case "40" -> CONFLICT;
                    case "53", "58", "XX" -> OUT_OF_RESOURCES;
                    case "28", "3D" -> REFUSES_US;
                    case "22" -> INVALID_VALUE;
                    default -> PROGRAMMING_ERROR;
                };
        };
    }

    private static String classOf(@Nullable String state) {
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    /** Tells whether an exception comes from the store at all. */
    static boolean isOfStore(Throwable failure) {
        return failure instanceof DataAccessException || failure instanceof TransactionException;
    }

    /** Tells whether it passes by itself, or by what operators do to PostgreSQL. */
    public boolean isOutage() {
        return code != null;
    }

    /** The problem that clients are told. */
    public ProblemException problem() {
        return code == null
                ? new ProblemException(
                        this == INVALID_VALUE ? ProblemCode.INVALID_VALUE : ProblemCode.INTERNAL_ERROR, detail)
                : new ProblemException(code, detail, RETRY_AFTER);
    }
}
