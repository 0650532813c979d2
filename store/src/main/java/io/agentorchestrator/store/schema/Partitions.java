package io.agentorchestrator.store.schema;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.store.transaction.StoreOutage;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Makes and drops the partitions of weeks, one table at a time. Each change of a table waits for those who use it for a moment at most,
 * since all who come after wait behind it, and is tried again a little later; and a process that is stopped in the midst of one keeps nobody
 * waiting, whatever limits its connections have. Thread-safe.
 */
public final class Partitions {
    /** Time for which one try may wait for a lock, and keep others waiting. */
    static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);

    /** Time that one change may take: it moves rows that have landed in a default partition. */
    public static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);
    /** Time after which PostgreSQL ends a transaction whose process says nothing more. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_TRIES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final Duration PAUSE = Duration.ofMillis(150);

    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public Partitions(DataSource database) {
        this(database, MAX_TRIES);
    }

    Partitions(DataSource database, int maxTries) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database, maxTries, PAUSE, Partitions::mayPass);
    }

    /** Makes those that are missing of the weeks from some days ago to some days ahead; how many it made. */
    int ensure(int daysBack, int daysAhead) {
        int made = 0;
        DataAccessException failed = null;
        for (Missing missing : missing(daysBack, daysAhead)) {
            try {
                made += make(missing) ? 1 : 0;
            } catch (DataAccessException failure) {
                LOG.warn(
                        "the partition of {} for the week of {} could not be made: {}",
                        missing.table(),
                        missing.week(),
                        StoreOutage.reason(failure));
                failed = failure;
            }
        }
        if (failed != null) {
            throw failed;
        }
        return made;
    }

    private List<Missing> missing(int daysBack, int daysAhead) {
        return client.sql("""
                        select p.name as table, w.week from partitioned_table p, (
                          select distinct date_trunc('week', (now() at time zone 'UTC')::date + n)::date as week
                          from generate_series(-?::integer, ?::integer) n) w
                        where to_regclass(p.name || '_' || to_char(w.week, 'YYYYMMDD')) is null
                        order by w.week, p.name
                        """)
                .params(daysBack, daysAhead)
                .query(Records.of(Missing.class))
                .list();
    }

    private boolean make(Missing missing) {
        return briefly(() -> client.sql("select make_partition(?, ?)")
                .params(missing.table(), missing.week())
                .query(Boolean.class)
                .single());
    }

    /** The partitions of weeks that there are, the oldest first; the default ones are none. */
    public List<Partition> weeks() {
        return client.sql("""
                        select p.name as table, c.relname as name, to_date(right(c.relname, 8), 'YYYYMMDD') as week, c.relispartition as attached
                        from partitioned_table p
                        join pg_class c on c.relname ~ ('^' || p.name || '_[0-9]{8}$') and c.relkind = 'r'
                          and pg_table_is_visible(c.oid)
                        order by week, p.name
                        """).query(Records.of(Partition.class)).list();
    }

    /**
     * Drops a partition with all that is in it: first takes it out of its table, which holds up those who use the table, and then drops it,
     * which may take longer and holds up nobody.
     */
    public void drop(Partition partition) {
        if (partition.attached()) {
            briefly(() -> client.sql("alter table " + partition.table() + " detach partition " + partition.name())
                    .update());
        }
        briefly(() -> client.sql("drop table if exists " + partition.name()).update());
    }

    private <T> T briefly(Supplier<T> change) {
        return transaction.execute(status -> {
            client.sql("""
                            select set_config('lock_timeout', ?, true), set_config('statement_timeout', ?, true),
                              set_config('idle_in_transaction_session_timeout', ?, true)
                            """)
                    .params(millis(LOCK_TIMEOUT), millis(STATEMENT_TIMEOUT), millis(IDLE_TIMEOUT))
                    .query()
                    .singleRow();
            return change.get();
        });
    }

    private static String millis(Duration time) {
        return time.toMillis() + "ms";
    }

    private static boolean mayPass(Throwable failure) {
        return StoreOutage.isLockTimeout(failure) || StoreOutage.isGivenUpForAnother(failure);
    }

    private record Missing(String table, LocalDate week) {}

    /**
     * The partition of a table for a week.
     *
     * @param week its Monday
     * @param attached whether it is part of its table still
     */
    public record Partition(String table, String name, LocalDate week, boolean attached) {}
}
