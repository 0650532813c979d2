package io.agentorchestrator.store.command;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.ChangeWrites;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Changes tasks and DAGs that have not ended: what waits goes by it at once, what runs with its next attempt. Another tenant's tasks and DAGs do not exist here.
 * Thread-safe.
 */
public final class ChangeStore {
    /** Tasks that one call changes by label at most. */
    public static final int MAX_BY_LABEL = 10_000;

    private static final int MAX_LOOKS = 5;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final ChangeWrites writes;

    public ChangeStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.locks = new RunLocks(client);
        this.writes = new ChangeWrites(client);
    }

    /** A change; null leaves as it is. */
    public record Change(
            @Nullable Priority priority, @Nullable Instant deadline) {
        /** Leaves all as it is. */
        public static final Change NONE = new Change(null, null);
    }

    /** The outcome of a change. */
    public sealed interface Changed {
        /** It is on disk. */
        record Done() implements Changed {}

        /** The tenant has no such task or DAG. */
        record NotFound() implements Changed {}

        /** There is nothing left to change. */
        record Ended(String status) implements Changed {}

        /**
         * A budget would be less than what is spent of it; nothing is changed.
         *
         * @param microUsd what is spent, where the new budget is less; null: it is not
         * @param tokens so of tokens
         */
        record BelowSpent(@Nullable Long microUsd, @Nullable Long tokens) implements Changed {}
    }

    /**
     * The outcome of a change by label.
     *
     * @param changed tasks that have another priority now
     * @param more whether there may be more of them: to be called again
     */
    public record ChangedByLabel(int changed, boolean more) {}

    /** Changes a task. */
    public Changed task(String tenant, UUID taskId, Change change) {
        for (int look = 0; look < MAX_LOOKS; look++) {
            Optional<Target> found = find(tenant, taskId);
            if (found.isEmpty()) {
                return new Changed.NotFound();
            }
            Target target = found.get();
            if (target.status().isTerminal()) {
                return new Changed.Ended(target.status().name());
            }
            int changed = change(target.runId(), List.of(taskId), change);
            if (changed > 0) {
                return new Changed.Done();
            }
        }
        throw new IllegalStateException("task " + taskId + " changed its run faster than it could be locked");
    }

    /** Changes all tasks of a DAG that have not ended, and what the DAG says. */
    public Changed dag(String tenant, UUID dagId, Change change) {
        return transaction.execute(status -> {
            LockedRun run = locks.lockLatest(dagId).orElse(null);
            if (run == null || run.kind() != RunKind.DAG || !run.tenant().equals(tenant)) {
                return new Changed.NotFound();
            }
            if (run.status().isTerminal()) {
                return new Changed.Ended(run.status().name());
            }
            Instant before = client.sql("select deadline from dag where dag_id = ?")
                    .param(dagId)
                    .query((row, number) -> Optional.ofNullable(row.getTimestamp(1)))
                    .single()
                    .map(Timestamp::toInstant)
                    .orElse(Instant.EPOCH);
            List<UUID> open = client.sql("""
                            select task_id from task_state
                            where run_id = ? and status::text not in ('COMPLETED', 'FAILED', 'CANCELLED')
                            """).param(dagId).query(UUID.class).list();
            set(dagId, change);
            writes.change(open, change.priority(), change.deadline(), before);
            writes.announce(run.key());
            return new Changed.Done();
        });
    }

    private void set(UUID dagId, Change change) {
        client.sql(
                        "update dag set priority = coalesce(?::priority_key, priority), deadline = coalesce(?::timestamptz, deadline) where dag_id = ?")
                .params(Arrays.asList(
                        change.priority() == null ? null : change.priority().name(),
                        change.deadline() == null ? null : change.deadline().atOffset(ZoneOffset.UTC),
                        dagId))
                .update();
    }

    /**
     * Gives all tasks that have this label and have not ended this priority, those of DAGs that have it included, and these DAGs; at most
     * {@value #MAX_BY_LABEL} tasks and as many DAGs.
     *
     * @param label {@code key=value}
     */
    public ChangedByLabel byLabel(String tenant, String label, Priority priority) {
        List<Labelled> found = client.sql("""
                        with labelled as (
                          select s.task_id, s.run_id, s.status, s.priority from label l join task_state s on s.task_id = l.id
                          where l.tenant = :tenant and l.kind = 'TASK' and l.label = :label
                          union
                          select s.task_id, s.run_id, s.status, s.priority from label l join task_state s on s.run_id = l.id
                          where l.tenant = :tenant and l.kind = 'DAG' and l.label = :label
                        )
                        select task_id, run_id from labelled
                        where status not in ('COMPLETED', 'FAILED', 'CANCELLED') and priority <> :priority::priority_key
                        order by task_id limit :limit
                        """)
                .param("tenant", tenant)
                .param("label", label)
                .param("priority", priority.name())
                .param("limit", MAX_BY_LABEL)
                .query(Records.of(Labelled.class))
                .list();
        List<UUID> standalone = new ArrayList<>();
        Map<UUID, List<UUID>> byRun = new TreeMap<>();
        for (Labelled task : found) {
            UUID run = task.runId();
            (run == null ? standalone : byRun.computeIfAbsent(run, _ -> new ArrayList<>())).add(task.taskId());
        }
        List<UUID> dags = client.sql("""
                        select d.dag_id from label l join dag d on d.dag_id = l.id
                        where l.tenant = :tenant and l.kind = 'DAG' and l.label = :label and d.priority <> :priority::priority_key
                          and exists (select from run r where r.run_id = d.dag_id and r.ended_at is null)
                        order by d.dag_id limit :limit
                        """)
                .param("tenant", tenant)
                .param("label", label)
                .param("priority", priority.name())
                .param("limit", MAX_BY_LABEL)
                .query(UUID.class)
                .list();
        dags.forEach(dag -> byRun.computeIfAbsent(dag, _ -> new ArrayList<>()));
        Change change = new Change(priority, null);
        int changed = standalone.isEmpty() ? 0 : change(null, standalone, change);
        Set<UUID> labelled = Set.copyOf(dags);
        for (Map.Entry<UUID, List<UUID>> run : byRun.entrySet()) {
            changed += change(run.getKey(), run.getValue(), change, labelled.contains(run.getKey()));
        }
        return new ChangedByLabel(changed, found.size() == MAX_BY_LABEL || dags.size() == MAX_BY_LABEL);
    }

    private int change(@Nullable UUID runId, List<UUID> tasks, Change change) {
        return change(runId, tasks, change, false);
    }

    /**
     * Returns how many had not ended, and had not changed their run.
     *
     * @param dagToo whether what the DAG says is changed, if it has not ended
     */
    private int change(@Nullable UUID runId, List<UUID> tasks, Change change, boolean dagToo) {
        return transaction.execute(status -> {
            LockedRun locked = runId == null ? null : locks.lockLatest(runId).orElse(null);
            RunKey run = locked == null ? null : locked.key();
            if (locked != null && dagToo && !locked.status().isTerminal()) {
                set(locked.key().runId(), change);
            }
            List<UUID> still = client.sql("""
                            select task_id from task_state where task_id = any(?) and run_id is not distinct from ?::uuid
                            order by task_id for update
                            """)
                    .params(Arrays.asList(tasks.toArray(UUID[]::new), runId))
                    .query(UUID.class)
                    .list();
            int changed = writes.change(still, change.priority(), change.deadline(), null)
                    .size();
            writes.announce(run);
            return changed;
        });
    }

    private Optional<Target> find(String tenant, UUID taskId) {
        return client.sql("select status, run_id from task_state where task_id = ? and tenant = ?")
                .params(taskId, tenant)
                .query(Records.of(Target.class))
                .optional();
    }

    private record Target(TaskStatus status, @Nullable UUID runId) {}

    private record Labelled(UUID taskId, @Nullable UUID runId) {}
}
