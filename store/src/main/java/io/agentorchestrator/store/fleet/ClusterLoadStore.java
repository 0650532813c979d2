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

    /** Tasks that wait for capacity. Those of paused DAGs do not, nor those that a limit or a budget holds: no agent could take them. */
    public List<QueueDepth> depths() {
        return client.sql("""
                select task_type, priority, count(*) as queued from task_state
                where status = 'QUEUED' and (held_by = '' or held_by like 'selector:%%')
                  and (run_id is null or run_id not in (%s))
                group by task_type, priority
                union all
                select task_type, priority, count(*) from task_state
                where status in ('RELEASED', 'DISPATCHED') group by task_type, priority
                """.formatted(PausedRuns.IDS))
                .query(Records.of(QueueDepth.class))
                .list();
    }

    /**
     * Tasks of a tenant that wait for capacity and that agents have, by type and priority, in that order, with what live agents offer them.
     *
     * @param most tasks that are looked at, of each kind and of all tenants; where there are more, the counts are too small, and the longest
     *     wait may be of a task that was not looked at
     */
    public TenantQueues queues(String tenant, int most) {
        // Two walks, each by the index of its statuses: with one the planner takes neither.
        List<CountedQueue> counted = client.sql("""
                        with waiting as materialized (
                          select tenant, task_type, priority, run_id, queued_at from task_state
                          where status = 'QUEUED' and (held_by = '' or held_by like 'selector:%%') limit :most
                        ), taken as materialized (
                          select tenant, task_type, priority, status, queued_at, agent_id from task_state
                          where status in ('RELEASED', 'DISPATCHED', 'RUNNING') limit :most
                        ), counted as (
                          select task_type, priority, count(*) as queued, 0 as running, min(queued_at) as oldest from waiting
                          where tenant = :tenant
                            and (run_id is null
                                 or run_id not in (%s))
                          group by task_type, priority
                          union all
                          select task_type, priority, count(*) filter (where status <> 'RUNNING'),
                            count(*) filter (where status = 'RUNNING'), min(queued_at) filter (where status <> 'RUNNING')
                          from taken where tenant = :tenant group by task_type, priority
                        ), busy as (
                          select agent_id, count(*) as used from taken where status <> 'RELEASED' group by agent_id
                        ), capacity as (
                          select task_type, sum(a.max_concurrent_tasks) as slots,
                            sum(least(coalesce(busy.used, 0), a.max_concurrent_tasks)) as slots_in_use
                          from agent a left join busy on busy.agent_id = a.agent_id, unnest(a.agent_types) task_type
                          where a.state = 'READY' and a.last_heartbeat_at > now() - :lost * interval '1 millisecond'
                            and (a.serves_tenants is null or :tenant = any(a.serves_tenants))
                          group by task_type
                        )
                        select task_type, priority, sum(queued) as queued, sum(running) as running, min(oldest) as oldest_waiting_since,
                          coalesce(max(slots), 0) as slots, coalesce(max(slots_in_use), 0) as slots_in_use,
                          (select count(*) = :most from waiting) or (select count(*) = :most from taken) as cut
                        from (select) always left join (counted left join capacity using (task_type)) on true
                        group by task_type, priority order by task_type, priority
                        """.formatted(PausedRuns.IDS))
                .param("tenant", tenant)
                .param("most", most)
                .param("lost", AgentRegistry.LOST_AFTER.toMillis())
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

    /** Registered agents by pool. */
    public List<PoolLoad> pools() {
        return client.sql("""
                with busy as (
                  select agent_id, count(*) as running from task_state where status = 'RUNNING' group by agent_id
                ), known as materialized (
                  select *, last_heartbeat_at > now() - ? * interval '1 millisecond' and state <> 'LOST' as live from agent
                ), served as (
                  select k.pool, array_agg(distinct t) filter (where k.live) as by_live, array_agg(distinct t) as by_any
                  from known k cross join unnest(k.agent_types) t group by k.pool
                )
                select k.pool, coalesce(s.by_live, s.by_any) as agent_types, count(*) filter (where k.live) as agents,
                  coalesce(sum(k.max_concurrent_tasks) filter (where k.live), 0) as slots,
                  coalesce(sum(b.running) filter (where k.live), 0) as running,
                  coalesce(avg(k.cost_factor) filter (where k.live), avg(k.cost_factor)) as cost_per_hour_usd
                from known k join served s on s.pool = k.pool left join busy b on b.agent_id = k.agent_id
                group by k.pool, s.by_live, s.by_any
                """)
                .param(AgentRegistry.LOST_AFTER.toMillis())
                .query(Records.of(PoolLoad.class))
                .list();
    }
}
