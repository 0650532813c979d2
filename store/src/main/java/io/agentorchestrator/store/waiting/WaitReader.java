package io.agentorchestrator.store.waiting;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what tasks wait for. Every answer is bounded. Throws {@code DataAccessException}s. Thread-safe. */
public final class WaitReader {
    /** Tasks ahead that are counted at most. */
    public static final int MAX_AHEAD = 10_000;

    /** Tasks of one answer that are looked at for their retries, or for what they wait for outside their DAG, at most. */
    public static final int MAX_TASKS = 1_000;

    private static final int MAX_PARENTS = 10_000;

    private final JdbcClient client;

    public WaitReader(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** The agents that are not lost, by id. */
    public List<ServingAgent> agents() {
        return client.sql("""
                        select a.agent_id, a.agent_types as types, a.serves_tenants as tenants, a.region, a.version, a.labels, a.max_concurrent_tasks as slots,
                          a.breaker_phase as breaker, a.breaker_opened_at, d.requested_by as drained_by,
                          case when a.last_heartbeat_at < now() - make_interval(secs => ?) then 'SILENT'
                               when a.state = 'READY' then 'LIVE' else 'DRAINING' end as availability
                        from agent a left join agent_drain d on d.agent_id = a.agent_id
                        where a.state <> 'LOST' and a.last_heartbeat_at > now() - make_interval(secs => ?)
                        order by a.agent_id limit ?
                        """)
                .params(
                        AgentRegistry.LOST_AFTER.toSeconds(),
                        AgentRegistry.GONE_AFTER.toSeconds(),
                        AgentRegistry.MAX_LISTED)
                .query(Records.of(ServingAgent.class))
                .list();
    }

    /** Tells whether any worker has been heard of of late. */
    public boolean isAnyWorkerAlive() {
        return client.sql("select exists (select from worker where seen_at > now() - make_interval(secs => ?))")
                .param(WorkerStore.DEAD_AFTER.toSeconds())
                .query(Boolean.class)
                .single();
    }

    /** Counts the tasks of each agent, those on their way to it included. */
    public Map<String, Integer> tasksByAgent() {
        return Records.byKey(client.sql("""
                        select agent_id, count(*) from task_state
                        where status in ('DISPATCHED', 'RUNNING') and agent_id is not null group by agent_id
                        """), String.class, (row, number) -> row.getInt(2));
    }

    /** Counts the running tasks of each agent and priority that may be stopped for others. */
    public List<Preemptible> preemptible() {
        return client.sql("""
                        select s.agent_id, s.priority, count(*)::int as tasks
                        from task_state s join task t on t.task_id = s.task_id
                        where s.status in ('RELEASED', 'DISPATCHED', 'RUNNING') and s.status::text = 'RUNNING' and t.preemptible
                          and s.preemptions < ? and s.agent_id is not null
                        group by s.agent_id, s.priority
                        """)
                .param(Limits.MAX_PREEMPTIONS)
                .query(Records.of(Preemptible.class))
                .list();
    }

    /** Where a run is; absent if there is none of these. */
    public Optional<RunState> run(RunKey run) {
        return client.sql("select status, paused from run where run_id = ? and run_number = ?")
                .params(run.runId(), run.runNumber())
                .query(Records.of(RunState.class))
                .optional();
    }

    /** Finds the tasks of its DAG that a task depends on and that have not ended. */
    public List<OpenParent> openParents(UUID dagId, int index) {
        byte[] plan = client.sql("select plan from dag where dag_id = ?")
                .param(dagId)
                .query(byte[].class)
                .single();
        return client.sql("""
                        select coalesce('''' || t.key || '''', '#' || s.task_index) as name, s.status
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? and s.task_index = any(?) and s.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                        order by s.task_index
                        """)
                .params(dagId, PlanCodec.decode(plan).parents()[index])
                .query(Records.of(OpenParent.class))
                .list();
    }

    /** The tasks outside their DAGs that these tasks wait for, by task. */
    public Map<UUID, List<OpenParent>> openOutsideParents(Collection<UUID> tasks) {
        if (tasks.isEmpty()) {
            return Map.of();
        }
        return Records.listsByKey(
                client.sql("""
                        select d.child_id, d.parent_id || coalesce(' (''' || t.key || ''')', '') as name, s.status
                        from task_dependency d
                        join task_state s on s.task_id = d.parent_id
                        join task t on t.task_id = d.parent_id
                        where d.child_id = any(?) and d.settled_at is null
                        order by d.child_id, d.parent_id limit ?
                        """).params(first(tasks), MAX_PARENTS), UUID.class, Records.of(OpenParent.class));
    }

    /** The last failures of these tasks, which wait for another attempt. */
    public Map<UUID, LastFailure> lastFailures(Collection<UUID> tasks) {
        if (tasks.isEmpty()) {
            return Map.of();
        }
        return Records.byKey(
                client.sql("""
                        select s.task_id, s.attempt, s.attempt_base, a.ended_at, coalesce(a.error_code, '') as error_code,
                          a.retryable
                        from task_state s join task_attempt a on a.task_id = s.task_id and a.attempt = s.attempt
                        where s.task_id = any(?) and a.task_id = any(?)
                        """).params(first(tasks), first(tasks)), UUID.class, Records.of(LastFailure.class));
    }

    /** Reads for what these tasks are held; those that are in line are left out. */
    public Map<UUID, String> held(Collection<UUID> tasks) {
        if (tasks.isEmpty()) {
            return Map.of();
        }
        return Records.byKey(client.sql("""
                                select task_id, held_by from task_state
                                where task_id = any(?) and status = 'QUEUED' and held_by <> selector_key""").param(first(tasks)), UUID.class, (row, number) -> row.getString(2));
    }

    /** Counts the queued tasks of its type that are before this one by rank, in its line, {@value #MAX_AHEAD} at most. */
    public int ahead(UUID taskId, String type) {
        return client.sql("""
                        select count(*) from (
                          select 1 from task_state
                          where status = 'QUEUED' and task_type = ? and held_by = (select held_by from task_state where task_id = ?)
                            and (rank, task_id) < ((select rank from task_state where task_id = ?), ?)
                          limit ?) before
                        """)
                .params(type, taskId, taskId, taskId, MAX_AHEAD)
                .query(Integer.class)
                .single();
    }

    /**
     * The standing of a queued task beside others. Tenants that wait in its line count, 500 at most.
     *
     * @param rankedAt the time at which it counts as queued, its head start included
     * @param tenants that wait in its line, its own included
     * @param part of what these have used, 0 to 1, that its own has
     * @param share of its own by weight, 0 to 1
     */
    public record Standing(
            Priority priority, Instant queuedAt, Instant rankedAt, int tenants, double part, double share) {}

    /** Finds out how a queued task stands beside others; empty if it is not queued. */
    public Optional<Standing> standing(UUID taskId) {
        return client.sql("""
                        with recursive mine as (
                          select task_type, held_by, tenant, priority, queued_at, rank from task_state where task_id = ? and status = 'QUEUED'
                        ), found (tenant, number) as (
                          select '', 0
                          union all
                          select (select q.tenant from task_state q
                                  where q.status = 'QUEUED' and q.held_by = (select held_by from mine)
                                    and q.task_type = (select task_type from mine) and q.tenant > f.tenant
                                  order by q.tenant limit 1), f.number + 1
                          from found f where f.tenant is not null and f.number < 500
                        ), beside as (
                          select tenant from found where tenant is not null and number > 0 union select tenant from mine
                        ), shares as (
                          select b.tenant, coalesce(t.weight, 1) as weight, coalesce(u.scaled, 0) as used
                          from beside b left join tenant t on t.name = b.tenant left join tenant_use u on u.tenant = b.tenant
                        )
                        select m.priority, m.queued_at, to_timestamp(m.rank / 1000.0) as ranked_at,
                          (select count(*) from shares) as tenants,
                          coalesce(s.used / nullif((select sum(used) from shares), 0), 0) as part,
                          s.weight / (select sum(weight) from shares) as share
                        from mine m join shares s on s.tenant = m.tenant
                        """).param(taskId).query(Records.of(Standing.class)).optional();
    }

    private static UUID[] first(Collection<UUID> tasks) {
        return tasks.stream().limit(MAX_TASKS).toArray(UUID[]::new);
    }

    /** Running tasks of one agent and priority that may be stopped for others. */
    public record Preemptible(String agentId, Priority priority, int tasks) {}

    /** A run's status as stored, and whether it is paused. */
    public record RunState(RunStatus status, boolean paused) {}

    /**
     * A task that another waits for.
     *
     * @param name its quoted key; its id too, where it is of another DAG or of none
     */
    public record OpenParent(String name, TaskStatus status) {}

    /**
     * The failure of a task's last attempt.
     *
     * @param attemptBase attempts from before a user had the task run again
     * @param retryable what the agent said
     */
    public record LastFailure(int attempt, int attemptBase, Instant endedAt, String errorCode, boolean retryable) {}
}
