package io.agentorchestrator.store.rerun;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.limit.LimitMarks;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.SubmissionWrites;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** New tasks that are copies of others; what is written here belongs to the caller's transaction. */
public final class TaskCopies {
    private TaskCopies() {}

    /**
     * Inserts a task that is as another was submitted: with its dependencies on tasks submitted earlier, without its deadline if
     * that has passed, and without attempts. The old row stays as it is. Tasks in other runs that depend on the old one depend on
     * the new one, if that takes its place.
     *
     * @param oldTask must exist
     * @param newTask the id
     * @param standalone whether the new task is in no DAG: it runs when what it depends on has completed. Otherwise it has the old
     *     one's place in its DAG, WAITING, until {@link DagRerun#resume} takes the old one out of the run and has this one run
     * @param payload instead of the old one's
     * @return the tasks that it waits for, to be given to {@code CrossRunDependents.resolve} after the commit
     */
    public static Set<UUID> insert(
            JdbcClient client, UUID oldTask, UUID newTask, boolean standalone, @Nullable NewPayload payload) {
        insertTask(client, oldTask, newTask, standalone, payload);
        Set<UUID> open = copyEdges(client, oldTask, newTask);
        new SubmissionWrites(client).copy(oldTask, newTask, standalone && open.isEmpty(), open.size());
        new LimitMarks(client).mark(List.of(newTask));
        inheritDependents(client, oldTask, newTask, standalone);
        if (standalone && open.isEmpty()) {
            Channels.notify(client, Channels.BACKLOG);
        }
        return open;
    }

    /**
     * Notes that tasks take the places of others as far as these are open dead letters, which are reprocessed by this.
     *
     * @param byOrigin the new task of each old one
     */
    public static void link(JdbcClient client, Map<UUID, UUID> byOrigin) {
        client.sql("""
                        update dead_letter d set state = 'REPROCESSED', left_at = now(), reprocessed_as = n.successor
                        from unnest(?::uuid[], ?::uuid[]) as n (origin, successor)
                        where d.task_id = n.origin and d.state = 'OPEN'
                        """)
                .params(Columns.of(byOrigin.entrySet()).uuids(Map.Entry::getKey).uuids(Map.Entry::getValue))
                .update();
    }

    private static void insertTask(
            JdbcClient client, UUID oldTask, UUID newTask, boolean standalone, @Nullable NewPayload payload) {
        int inserted = client.sql("""
                        insert into task (task_id, tenant, principal, region, traceparent, tracestate, dag_id, key, task_type,
                          payload, has_templates, priority, estimated_complexity, deadline, cost_budget_micro_usd, token_budget, on_budget_exceeded,
                          timeout_millis, max_attempts, retry_initial_millis, retry_coefficient, retry_max_millis,
                          non_retryable_codes, preemptible, selector, labels, reprocessed_from, created_at)
                        select ?, tenant, principal, region, traceparent, tracestate,
                          case when not ? then dag_id end, key, task_type,
                          coalesce(?::json, payload), coalesce(?::boolean, has_templates), priority,
                          estimated_complexity, case when deadline > now() then deadline end, cost_budget_micro_usd, token_budget, on_budget_exceeded,
                          timeout_millis, max_attempts, retry_initial_millis, retry_coefficient, retry_max_millis,
                          non_retryable_codes, preemptible, selector, labels, task_id, now()
                        from task where task_id = ?
                        """)
                .params(Arrays.asList(
                        newTask,
                        standalone,
                        payload == null ? null : payload.json(),
                        payload == null ? null : payload.hasTemplates(),
                        oldTask))
                .update();
        if (inserted != 1) {
            throw new IllegalArgumentException("there is no task " + oldTask + " to be copied");
        }
    }

    /** Where the parents are is read once, so that what the copy waits for and the edges that are open agree. */
    private static Set<UUID> copyEdges(JdbcClient client, UUID oldTask, UUID newTask) {
        return client.sql("""
                        with copied as (
                          insert into task_dependency (parent_id, child_id, tenant, settled_at)
                          select d.parent_id, ?, d.tenant, case when p.status = 'COMPLETED' then now() end
                          from task_dependency d join task_state p on p.task_id = d.parent_id
                          where d.child_id = ?
                          returning parent_id, settled_at
                        )
                        select parent_id from copied where settled_at is null
                        """).params(newTask, oldTask).query(UUID.class).set();
    }

    /**
     * Moves the edges of the old task's dependents to the new task that stands in for it: the new one cannot have failed, so whoever
     * runs the dependents again finds a parent that may yet complete. A copy beside a DAG's node stands in for nobody.
     */
    private static void inheritDependents(JdbcClient client, UUID oldTask, UUID newTask, boolean standalone) {
        client.sql("""
                        update task_dependency set parent_id = ?
                        where parent_id = ? and (not ? or (select dag_id from task where task_id = ?) is null)
                        """).params(newTask, oldTask, standalone, oldTask).update();
    }
}
