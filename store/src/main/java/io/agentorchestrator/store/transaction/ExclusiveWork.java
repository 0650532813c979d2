package io.agentorchestrator.store.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** Work that one process in the installation does at a time, by an advisory lock. Thread-safe. */
public final class ExclusiveWork {
    private static final Logger LOG = LoggerFactory.getLogger(ExclusiveWork.class);

    private final JdbcTemplate jdbc;
    private final String name;

    /** @param name of the work; names its lock */
    public ExclusiveWork(DataSource database, String name) {
        this.jdbc = new JdbcTemplate(database);
        this.name = name;
    }

    /**
     * Does this work, unless somebody does it already. It takes a connection for as long as it lasts. Who loses that connection meanwhile is
     * not told.
     *
     * @return whether it was done
     */
    public boolean exclusively(Runnable work) {
        Boolean done = jdbc.execute((ConnectionCallback<Boolean>) connection -> {
            if (!isTrue(connection, "select pg_try_advisory_lock(hashtextextended(?, 0))")) {
                return false;
            }
            try {
                work.run();
                return true;
            } finally {
                unlock(connection);
            }
        });
        return Boolean.TRUE.equals(done);
    }

    /** A connection that cannot be asked to unlock must not come back to its pool: its session may hold the lock still. */
    private void unlock(Connection connection) throws SQLException {
        try {
            isTrue(connection, "select pg_advisory_unlock(hashtextextended(?, 0))");
        } catch (SQLException e) {
            LOG.warn("the connection that held {} was lost: {}", name, String.valueOf(e.getMessage()));
            connection.abort(Runnable::run);
        }
    }

    private boolean isTrue(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
