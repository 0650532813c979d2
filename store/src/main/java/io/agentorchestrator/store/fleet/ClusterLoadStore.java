package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.workflows.model.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Figures about the whole cluster, for metrics, and about a tenant's part of it. Throws {@code DataAccessException}s. Thread-safe. */
public final class ClusterLoadStore {
    private final JdbcTemplate jdbc;

    public ClusterLoadStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Tasks that wait for capacity. Those of paused DAGs do not: no agent could take them. */
    public List<QueueDepth> depths() {
        return jdbc.query(
                """
                select task_type, priority, count(*) from task_state
                where status = 'QUEUED' and (run_id is null or run_id not in (%s))
                group by task_type, priority
                union all
                select task_type, priority, count(*) from task_state
                where status in ('RELEASED', 'DISPATCHED') group by task_type, priority
                """.formatted(PausedRuns.IDS),
                (row, number) -> new QueueDepth(row.getString(1), Priority.valueOf(row.getString(2)), row.getLong(3)));
    }

    /**
     * Tasks of a tenant that wait for capacity and that agents have, by type and priority, in that order.
     *
     * @param most tasks that are looked at, of each kind and of all tenants; the counts are too small where there are more
     */
    public TenantQueues queues(String tenant, int most) {
        // Two walks, each by the index of its statuses: with one the planner takes neither.
        List<CountedQueue> counted = JdbcClient.create(jdbc)
                .sql("""
                        with waiting as materialized (
                          select tenant, task_type, priority, run_id from task_state where status = 'QUEUED' limit :most
                        ), taken as materialized (
                          select tenant, task_type, priority, status from task_state
                          where status in ('RELEASED', 'DISPATCHED', 'RUNNING') limit :most
                        ), counted as (
                          select task_type, priority, count(*) as queued, 0 as running from waiting
                          where tenant = :tenant
                            and (run_id is null
                                 or run_id not in (select run_id from run
                                                   where paused and status in ('PENDING', 'STARTING', 'RUNNING')))
                          group by task_type, priority
                          union all
                          select task_type, priority, count(*) filter (where status <> 'RUNNING'),
                            count(*) filter (where status = 'RUNNING')
                          from taken where tenant = :tenant group by task_type, priority
                        )
                        select task_type, priority, sum(queued) as queued, sum(running) as running,
                          (select count(*) = :most from waiting) or (select count(*) = :most from taken) as cut
                        from (select) always left join counted on true
                        group by task_type, priority order by task_type, priority
                        """)
                .param("tenant", tenant)
                .param("most", most)
                .query((row, number) -> new CountedQueue(queue(row), row.getBoolean("cut")))
                .list();
        return new TenantQueues(
                counted.stream().flatMap(each -> each.queue().stream()).toList(),
                counted.stream().noneMatch(CountedQueue::cut));
    }

    private static Optional<TenantQueue> queue(ResultSet row) throws SQLException {
        String type = row.getString("task_type");
        return type == null
                ? Optional.empty()
                : Optional.of(new TenantQueue(
                        type,
                        Priority.valueOf(row.getString("priority")),
                        row.getLong("queued"),
                        row.getLong("running")));
    }

    /** A row: there is one without a queue where the tenant has none. */
    private record CountedQueue(Optional<TenantQueue> queue, boolean cut) {}

    /** Live agents by pool. */
    public List<PoolLoad> pools() {
        return jdbc.query(
                """
                with busy as (
                  select agent_id, count(*) as running from task_state where status = 'RUNNING' group by agent_id
                )
                select a.pool, count(*) as agents, sum(a.max_concurrent_tasks) as slots,
                       coalesce(sum(b.running), 0) as running, avg(a.cost_factor) as cost
                from agent a left join busy b on b.agent_id = a.agent_id
                where a.last_heartbeat_at > now() - ? * interval '1 millisecond' and a.state <> 'LOST'
                group by a.pool
                """,
                (row, number) -> new PoolLoad(
                        row.getString("pool"),
                        row.getInt("agents"),
                        row.getInt("slots"),
                        row.getLong("running"),
                        row.getDouble("cost")),
                AgentRegistry.LOST_AFTER.toMillis());
    }
}
