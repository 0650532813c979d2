package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitBy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The limits that are set. Throws {@code DataAccessException}s. Thread-safe. */
public final class LimitStore {
    private static final String COLUMNS =
            "name, key_of, value, max_in_flight, max_per_minute, max_tokens_per_minute, updated_at, updated_by";

    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public LimitStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
    }

    /** All of them, by name. */
    public List<StoredLimit> all() {
        return all(client);
    }

    static List<StoredLimit> all(JdbcClient client) {
        return client
                .sql("select " + COLUMNS + " from capacity_limit order by name collate \"C\" limit ?")
                .param(CapacityLimit.MAX_LIMITS)
                .query((row, number) -> limit(row))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Stores a limit in place of the one of its name. Where that gives tasks other keys, the open tasks are looked through anew.
     *
     * @return the limit; empty if it is a further one, and there are {@value CapacityLimit#MAX_LIMITS}
     */
    public Optional<StoredLimit> put(CapacityLimit limit, String principal) {
        return transaction.execute(status -> {
            client.sql("select pg_advisory_xact_lock(hashtext('orchestrator.limit-changes'))") // so that two do
                    // not both find
                    // room for one more
                    .query(row -> {});
            Optional<CapacityLimit> before = client.sql(
                            "select " + COLUMNS + " from capacity_limit where name = ? for update")
                    .param(limit.name())
                    .query((row, number) -> limit(row))
                    .optional()
                    .flatMap(found -> found)
                    .map(StoredLimit::limit);
            Optional<StoredLimit> stored = write(limit, principal);
            if (stored.isPresent() && before.filter(limit::hasSameKeys).isEmpty()) {
                client.sql("update limit_marking set changed_at = now(), began_at = null")
                        .update();
            }
            Channels.notify(client, Channels.BACKLOG);
            return stored;
        });
    }

    private Optional<StoredLimit> write(CapacityLimit limit, String principal) {
        return client.sql("""
                        insert into capacity_limit (name, key_of, value, max_in_flight, max_per_minute, max_tokens_per_minute, updated_at, updated_by)
                        select ?, ?, ?, ?::int, ?::int, ?::bigint, now(), ?
                        where (select count(*) from capacity_limit) < ? or exists (select from capacity_limit where name = ?)
                        on conflict (name) do update
                        set key_of = excluded.key_of, value = excluded.value, max_in_flight = excluded.max_in_flight,
                            max_per_minute = excluded.max_per_minute, max_tokens_per_minute = excluded.max_tokens_per_minute,
                            updated_at = excluded.updated_at, updated_by = excluded.updated_by
                        returning %s
                        """.formatted(COLUMNS))
                .params(Arrays.asList(
                        limit.name(),
                        limit.by().text(),
                        limit.value(),
                        limit.maxInFlight(),
                        limit.maxPerMinute(),
                        limit.maxTokensPerMinute(),
                        principal,
                        CapacityLimit.MAX_LIMITS,
                        limit.name()))
                .query((row, number) -> limit(row))
                .optional()
                .flatMap(found -> found);
    }

    /** Deletes a limit; what it held goes on within seconds. False if there is none of this name. */
    public boolean delete(String name) {
        boolean deleted = client.sql("delete from capacity_limit where name = ?")
                        .param(name)
                        .update()
                > 0;
        Channels.notify(client, Channels.BACKLOG);
        return deleted;
    }

    /** Empty for one of a further version, which this one does not know how to apply. */
    private static Optional<StoredLimit> limit(ResultSet row) throws SQLException {
        Integer maxInFlight = row.getObject(4, Integer.class);
        Integer maxPerMinute = row.getObject(5, Integer.class);
        Long maxTokens = row.getObject(6, Long.class);
        String name = row.getString(1);
        String value = row.getString(3);
        Optional<LimitBy> by = LimitBy.parse(row.getString(2));
        if (by.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StoredLimit(
                new CapacityLimit(name, by.get(), value, maxInFlight, maxPerMinute, maxTokens),
                Objects.requireNonNull(Records.instant(row, "updated_at")),
                row.getString(8)));
    }
}
