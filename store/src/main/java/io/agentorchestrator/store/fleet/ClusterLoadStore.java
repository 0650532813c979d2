package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.PausedRuns;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Figures about the whole cluster, for metrics, and about a tenant's part of it. Throws {@code DataAccessException}s. Thread-safe. */
public final class ClusterLoadStore {
    private final JdbcClient client;

    public ClusterLoadStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
    }

    /** Tasks that wait for capacity. Those of paused DAGs do not: no agent could take them. */
    public List<QueueDepth> depths() {
        return client.sql("""
                select task_type, priority, count(*) as queued from task_state
                where status = 'QUEUED' and (run_id is null or run_id not in (%s))
                group by task_type, priority
                union all
                select task_type, priority, count(*) from task_state
                where status in ('RELEASED', 'DISPATCHED') group by task_type, priority
                """.formatted(PausedRuns.IDS))
                .query(Records.of(QueueDepth.class))
                .list();
    }

    /**
     * Tasks of a tenant that wait for capacity and that agents have, by type and priority, in that order.
     *
     * @param most tasks that are looked at, of each kind and of all tenants; the counts are too small where there are more
     */
    public TenantQueues queues(String tenant, int most) {
        // Two walks, each by the index of its statuses: with one the planner takes neither.
        List<CountedQueue> counted = client.sql("""
                        with waiting as materialized (
                          select tenant, task_type, priority, run_id from task_state where status = 'QUEUED' limit :most
                        ), taken as materialized (
                          select tenant, task_type, priority, status from task_state
                          where status in ('RELEASED', 'DISPATCHED', 'RUNNING') limit :most
                        ), counted as (
                          select task_type, priority, count(*) as queued, 0 as running from waiting
                          where tenant = :tenant
                            and (run_id is null
                                 or run_id not in (%s))
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
                        """.formatted(PausedRuns.IDS))
                .param("tenant", tenant)
                .param("most", most)
                .query(Records.of(CountedQueue.class))
                .list();
        return new TenantQueues(
                counted.stream()
                        .flatMap(each -> Stream.ofNullable(each.queue()))
                        .toList(),
                counted.stream().noneMatch(CountedQueue::cut));
    }

    /** A row: there is one without a queue where the tenant has none. */
    private record CountedQueue(@Nullable TenantQueue queue, boolean cut) {}

    /** Live agents by pool. */
    public List<PoolLoad> pools() {
        return client.sql("""
                with busy as (
                  select agent_id, count(*) as running from task_state where status = 'RUNNING' group by agent_id
                )
                select a.pool, count(*) as agents, sum(a.max_concurrent_tasks) as slots,
                       coalesce(sum(b.running), 0) as running, avg(a.cost_factor) as cost_per_hour_usd
                from agent a left join busy b on b.agent_id = a.agent_id
                where a.last_heartbeat_at > now() - ? * interval '1 millisecond' and a.state <> 'LOST'
                group by a.pool
                """)
                .param(AgentRegistry.LOST_AFTER.toMillis())
                .query(Records.of(PoolLoad.class))
                .list();
    }
}
