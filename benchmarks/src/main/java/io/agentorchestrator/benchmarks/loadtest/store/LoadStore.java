package io.agentorchestrator.benchmarks.loadtest.store;

import io.agentorchestrator.benchmarks.loadtest.store.Ends.Status;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the store of the stack under test; never writes. A connection that broke (the chaos kills PostgreSQL) is opened anew at
 * the next call. For one thread at a time.
 */
public final class LoadStore implements AutoCloseable {
    private static final String CONNECT_LIMIT_SECONDS = "5";
    private static final String SOCKET_LIMIT_SECONDS = "60";
    private static final int VALID_LIMIT_SECONDS = 3;

    private final String url;
    private final String user;
    private final String password;
    private @Nullable Connection connection;

    /** What is running and what waits, of some task types. */
    public record Depth(long running, long queued) {}

    /** What an ended task came to. */
    public record End(UUID id, Status status, long endedMicros, int attempts) {}

    /** A database by its JDBC URL. */
    public LoadStore(String url, String user, String password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    private Connection open() throws SQLException {
        Connection current = connection;
        if (current != null && !current.isClosed()) {
            return current;
        }
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "load-test");
        properties.setProperty("connectTimeout", CONNECT_LIMIT_SECONDS);
        properties.setProperty("socketTimeout", SOCKET_LIMIT_SECONDS);
        properties.setProperty("readOnly", "true");
        Connection opened = DriverManager.getConnection(url, properties);
        connection = opened;
        return opened;
    }

    /** Forgets a connection that broke; whether the store answers now. */
    public boolean recover() {
        try {
            Connection current = connection;
            if (current != null && !current.isValid(VALID_LIMIT_SECONDS)) {
                current.close();
            }
            return open().isValid(VALID_LIMIT_SECONDS);
        } catch (SQLException away) {
            connection = null;
            return false;
        }
    }

    /** Of these tasks, those that have ended. */
    public List<End> ended(UUID[] ids) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select task_id, status::text, (extract(epoch from ended_at) * 1000000)::bigint, attempt
                from task_state
                where task_id = any(?) and task_id between ? and ?
                  and status in ('COMPLETED', 'FAILED', 'CANCELLED')""")) {
            bind(statement, ids);
            try (ResultSet rows = statement.executeQuery()) {
                List<End> ends = new java.util.ArrayList<>();
                while (rows.next()) {
                    ends.add(new End(
                            rows.getObject(1, UUID.class),
                            Status.valueOf(rows.getString(2)),
                            rows.getLong(3),
                            rows.getInt(4)));
                }
                return ends;
            }
        }
    }

    /** Of these tasks, how many the store has a row of. */
    public long known(UUID[] ids) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select count(*) from task_state where task_id = any(?) and task_id between ? and ?""")) {
            bind(statement, ids);
            return number(statement);
        }
    }

    /** Of these tasks, how many have more than one attempt that completed. */
    public long completedTwice(UUID[] ids) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select count(*) from (
                  select 1 from task_attempt
                  where task_id = any(?) and task_id between ? and ? and outcome = 'COMPLETED'
                  group by task_id having count(*) > 1) as doubled""")) {
            bind(statement, ids);
            return number(statement);
        }
    }

    /** How the attempts of these tasks ended: COMPLETED, or the code of the error. */
    public Map<String, Long> attempts(UUID[] ids) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select coalesce(error_code, outcome::text), count(*) from task_attempt
                where task_id = any(?) and task_id between ? and ? group by 1""")) {
            bind(statement, ids);
            try (ResultSet rows = statement.executeQuery()) {
                Map<String, Long> counts = new HashMap<>();
                while (rows.next()) {
                    counts.put(rows.getString(1), rows.getLong(2));
                }
                return counts;
            }
        }
    }

    /** What runs on agents and what waits for them, of these types. */
    public Depth depth(List<String> types) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select (select count(*) from task_state where task_type = any(?) and status = 'RUNNING'),
                       (select count(*) from task_state where task_type = any(?) and status = 'QUEUED')""")) {
            Array names = open().createArrayOf("text", types.toArray());
            statement.setArray(1, names);
            statement.setArray(2, names);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return new Depth(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    /** How long agents had tasks that ended since, together, within a span of time: seconds of slots. */
    public double busySeconds(Instant from, Instant to) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select coalesce(sum(extract(epoch from least(a.ended_at, s.to_at) - greatest(a.started_at, s.from_at))), 0)
                from task_attempt a, (select ?::timestamptz as from_at, ?::timestamptz as to_at) s
                where a.task_id >= uuid7_floor(?::timestamptz - interval '1 hour')
                  and a.ended_at > s.from_at and a.started_at < s.to_at""")) {
            statement.setString(1, from.toString());
            statement.setString(2, to.toString());
            statement.setString(3, from.toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getDouble(1);
            }
        }
    }

    /** How many ready agents serve a type, heard of within a time. */
    public int agents(String type, Duration heardWithin) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement("""
                select count(*) from agent
                where state = 'READY' and ? = any(agent_types)
                  and last_heartbeat_at > now() - make_interval(secs => ?)""")) {
            statement.setString(1, type);
            statement.setDouble(2, heardWithin.toMillis() / 1e3);
            return (int) number(statement);
        }
    }

    /** One number by a statement without parameters. */
    public long number(String sql) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement(sql)) {
            return number(statement);
        }
    }

    /** One text by a statement without parameters. */
    public String text(String sql) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The range lets PostgreSQL leave out the partitions of other days. */
    private static void bind(PreparedStatement statement, UUID[] ids) throws SQLException {
        statement.setArray(1, statement.getConnection().createArrayOf("uuid", ids));
        statement.setObject(
                2, Arrays.stream(ids).min(LoadStore::compareUnsigned).orElseThrow());
        statement.setObject(
                3, Arrays.stream(ids).max(LoadStore::compareUnsigned).orElseThrow());
    }

    /** PostgreSQL's order; UUID's own compares signed numbers. */
    private static int compareUnsigned(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
