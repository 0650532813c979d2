package io.agentorchestrator.store.tenant;

import io.agentorchestrator.store.row.Records;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tenants of which somebody has said something. Throws {@code DataAccessException}s. Thread-safe. */
public final class TenantStore {
    /** Tenants that have a row at most: all APIs read all of them, every few seconds. */
    public static final int MAX_TENANTS = 10_000;

    private static final String COLUMNS = "name, weight, max_open_tasks, max_tasks_per_second, updated_at, updated_by";

    private final JdbcClient client;

    public TenantStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** All of them, by name. */
    public List<StoredTenant> all() {
        return client.sql("select " + COLUMNS + " from tenant order by name limit ?")
                .param(MAX_TENANTS)
                .query(Records.of(StoredTenant.class))
                .list();
    }

    /**
     * Stores a tenant's weight and limits in place of those that it had.
     *
     * @return the tenant; empty if it is a further one, and there are {@value #MAX_TENANTS}
     */
    public Optional<StoredTenant> put(String name, double weight, TenantLimits limits, String principal) {
        return client.sql("""
                        insert into tenant (name, weight, max_open_tasks, max_tasks_per_second, updated_at, updated_by)
                        select ?, ?, ?::int, ?::int, now(), ?
                        where (select count(*) from tenant) < ? or exists (select from tenant where name = ?)
                        on conflict (name) do update
                        set weight = excluded.weight, max_open_tasks = excluded.max_open_tasks, max_tasks_per_second = excluded.max_tasks_per_second,
                            updated_at = excluded.updated_at, updated_by = excluded.updated_by
                        returning %s
                        """.formatted(COLUMNS))
                .params(Arrays.asList(
                        name, weight, limits.maxOpenTasks(), limits.maxTasksPerSecond(), principal, MAX_TENANTS, name))
                .query(Records.of(StoredTenant.class))
                .optional();
    }
}
