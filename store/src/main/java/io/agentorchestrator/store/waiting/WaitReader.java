package io.agentorchestrator.store.waiting;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.agent.ServedTenants;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.store.waiting.ServingAgent.Availability;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.release.Eligibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what tasks wait for. Every answer is bounded. Throws {@code DataAccessException}s. Thread-safe. */
public final class WaitReader {
    /** Tasks ahead that are counted at most. */
    public static final int MAX_AHEAD = 1_000;

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
                        select agent_id, agent_types, serves_tenants, max_concurrent_tasks, breaker_phase, breaker_opened_at,
                          case when last_heartbeat_at < now() - make_interval(secs => :lost_after) then 'SILENT'
                               when state = 'READY' then 'LIVE' else 'DRAINING' end as availability
                        from agent
                        where state <> 'LOST' and last_heartbeat_at > now() - make_interval(secs => :gone_after)
                        order by agent_id limit :max
                        """)
                .param("lost_after", AgentRegistry.LOST_AFTER.toSeconds())
                .param("gone_after", AgentRegistry.GONE_AFTER.toSeconds())
                .param("max", AgentRegistry.MAX_LISTED)
                .query((row, number) -> agent(row))
                .list();
    }

    /** Tells whether any worker has been heard of of late. */
    public boolean isAnyWorkerAlive() {
        return client.sql("select exists (select from worker where seen_at > now() - make_interval(secs => ?))")
                .param(WorkerStore.DEAD_AFTER.toSeconds())
                .query(Boolean.class)
                .single();
    }

    private static ServingAgent agent(ResultSet row) throws SQLException {
        return new ServingAgent(
                row.getString("agent_id"),
                new Eligibility(Set.of((String[]) row.getArray("agent_types").getArray()), ServedTenants.of(row)),
                row.getInt("max_concurrent_tasks"),
                Availability.valueOf(row.getString("availability")),
                BreakerPhase.valueOf(row.getString("breaker_phase")),
                instant(row, "breaker_opened_at"));
    }

    /** Counts the tasks of each agent, those on their way to it included. */
    public Map<String, Integer> tasksByAgent() {
        Map<String, Integer> tasks = new HashMap<>();
        client.sql("""
                        select agent_id, count(*) from task_state
                        where status in ('DISPATCHED', 'RUNNING') and agent_id is not null group by agent_id
                        """).query(row -> {
            tasks.put(row.getString(1), row.getInt(2));
        });
        return tasks;
    }

    /** Where a run is; absent if there is none of these. */
    public Optional<RunState> run(RunKey run) {
        return client.sql("select status, paused from run where run_id = ? and run_number = ?")
                .param(run.runId())
                .param(run.runNumber())
                .query((row, number) -> new RunState(RunStatus.valueOf(row.getString(1)), row.getBoolean(2)))
                .optional();
    }

    /** Finds the tasks of its DAG that a task depends on and that have not ended. */
    public List<OpenParent> openParents(UUID dagId, int index) {
        byte[] plan = client.sql("select plan from dag where dag_id = ?")
                .param(dagId)
                .query(byte[].class)
                .single();
        return client.sql("""
                        select coalesce('''' || t.key || '''', '#' || s.task_index), s.status
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? and s.task_index = any(?) and s.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                        order by s.task_index
                        """)
                .param(dagId)
                .param(PlanCodec.decode(plan).parents()[index])
                .query((row, number) -> new OpenParent(row.getString(1), TaskStatus.valueOf(row.getString(2))))
                .list();
    }

    /** The tasks outside their DAGs that these tasks wait for, by task. */
    public Map<UUID, List<OpenParent>> openOutsideParents(Collection<UUID> tasks) {
        Map<UUID, List<OpenParent>> parents = new HashMap<>();
        if (tasks.isEmpty()) {
            return parents;
        }
        client.sql("""
                        select d.child_id, d.parent_id, t.key, s.status
                        from task_dependency d
                        join task_state s on s.task_id = d.parent_id
                        join task t on t.task_id = d.parent_id
                        where d.child_id = any(?) and d.settled_at is null
                        order by d.child_id, d.parent_id limit ?
                        """).param(first(tasks)).param(MAX_PARENTS).query(row -> {
            String key = row.getString(3);
            UUID parent = row.getObject(2, UUID.class);
            parents.computeIfAbsent(row.getObject(1, UUID.class), id -> new ArrayList<>())
                    .add(new OpenParent(
                            key == null ? parent.toString() : parent + " ('" + key + "')",
                            TaskStatus.valueOf(row.getString(4))));
        });
        return parents;
    }

    /** The last failures of these tasks, which wait for another attempt. */
    public Map<UUID, LastFailure> lastFailures(Collection<UUID> tasks) {
        Map<UUID, LastFailure> failures = new HashMap<>();
        if (tasks.isEmpty()) {
            return failures;
        }
        client.sql("""
                        select s.task_id, s.attempt, s.attempt_base, a.ended_at, a.error_code, a.retryable
                        from task_state s join task_attempt a on a.task_id = s.task_id and a.attempt = s.attempt
                        where s.task_id = any(?) and a.task_id = any(?)
                        """).param(first(tasks)).param(first(tasks)).query(row -> {
            failures.put(
                    row.getObject(1, UUID.class),
                    new LastFailure(
                            row.getInt(2),
                            row.getInt(3),
                            row.getObject(4, OffsetDateTime.class).toInstant(),
                            Objects.requireNonNullElse(row.getString(5), ""),
                            row.getBoolean(6)));
        });
        return failures;
    }

    /** Counts the queued tasks of its type that are before this one by rank, {@value #MAX_AHEAD} at most. */
    public int ahead(UUID taskId, String type) {
        return client.sql("""
                        select count(*) from (
                          select 1 from task_state
                          where status = 'QUEUED' and task_type = :type
                            and (rank, task_id) < ((select rank from task_state where task_id = :task), :task)
                          limit :max) before
                        """)
                .param("type", type)
                .param("task", taskId)
                .param("max", MAX_AHEAD)
                .query(Integer.class)
                .single();
    }

    private static UUID[] first(Collection<UUID> tasks) {
        return tasks.stream().limit(MAX_TASKS).toArray(UUID[]::new);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

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
