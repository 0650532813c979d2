package io.agentorchestrator.store.transaction;

import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tells how long sessions of this database have waited for locks of others. Throws {@code DataAccessException}s. Thread-safe. */
public final class LockWaits {
    private final JdbcClient client;

    public LockWaits(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
    }

    /**
     * The longest wait that goes on: for a table, a row, a transaction or an advisory lock. Zero where nobody waits. Who waits is known by its session: a
     * lock on a transaction belongs to no database.
     */
    public Duration longest() {
        return Duration.ofNanos(client.sql("""
                        select coalesce(max(extract(epoch from clock_timestamp() - l.waitstart) * 1e9), 0)::bigint
                        from pg_locks l join pg_stat_activity a on a.pid = l.pid
                        where not l.granted and l.waitstart is not null and a.datname = current_database()
                        """).query(Long.class).single());
    }
}
