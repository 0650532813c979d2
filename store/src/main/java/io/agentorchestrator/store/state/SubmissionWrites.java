package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes where new tasks are. What is written belongs to the caller's transaction. Thread-safe. */
public final class SubmissionWrites {
    private final JdbcClient client;

    public SubmissionWrites(JdbcClient client) {
        this.client = client;
    }

    /** Inserts these, but for those that are there. What a limit counts is held for it from the first. */
    public void insert(List<NewState> tasks) {
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index,
                          waiting_on, path_millis, queued_at, rank, deadline, needs_claim, selector_key, limit_keys, held_by)
                        select r.task_id, r.tenant, r.task_type, r.priority::priority_key, r.status::task_status, r.dag_id,
                          case when r.dag_id is not null then 1 end, r.task_index, r.waiting_on, r.path_millis,
                          case when r.status = 'QUEUED' then r.created_at::timestamptz end,
                          case when r.status = 'QUEUED'
                            then queue_rank(r.priority::priority_key, r.created_at::timestamptz, r.task_id, (select ageing_millis())) end,
                          r.deadline::timestamptz,
                          r.needs_claim or r.tenant = any(array(select tenant from budget)) or '' = any(array(select tenant from budget)),
                          r.selector_key, string_to_array(r.keys, chr(31)),
                          case when r.keys is null then r.selector_key else ? || split_part(r.keys, chr(31), 1) end
                        from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::integer[],
                          ?::integer[], ?::integer[], ?::text[], ?::text[], ?::boolean[], ?::text[], ?::text[])
                          as r (task_id, tenant, task_type, priority, status, dag_id, task_index, waiting_on, path_millis, created_at,
                            deadline, needs_claim, selector_key, keys)
                        on conflict (task_id) do nothing
                        """)
                .param(LimitWrites.REASON)
                .params(Columns.of(tasks)
                        .uuids(NewState::taskId)
                        .texts(NewState::tenant)
                        .texts(NewState::taskType)
                        .texts(NewState::priority)
                        .texts(task -> task.status().name())
                        .uuids(NewState::dagId)
                        .ints(NewState::index)
                        .ints(NewState::waitingOn)
                        .ints(NewState::pathMillis)
                        .texts(NewState::createdAt)
                        .texts(NewState::deadline)
                        .flags(NewState::needsClaim)
                        .texts(NewState::selectorKey)
                        .texts(task -> LimitWrites.Marked.join(task.limitKeys())))
                .update();
    }

    /**
     * Inserts the state of a copy: in the old task's place, unless the new one is in no DAG.
     *
     * @param queued whether it is QUEUED; otherwise it is WAITING, whatever it waits for
     * @param waitingOn tasks submitted earlier that have not completed
     */
    public void copy(UUID oldTask, UUID newTask, boolean queued, int waitingOn) {
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index,
                          waiting_on, path_millis, queued_at, deadline, needs_claim, selector_key, held_by)
                        select t.task_id, s.tenant, s.task_type, s.priority,
                          case when ? then 'QUEUED'::task_status else 'WAITING'::task_status end, t.dag_id,
                          case when t.dag_id is not null then s.run_number end,
                          case when t.dag_id is not null then s.task_index end, ?,
                          case when t.dag_id is not null then s.path_millis else 0 end, case when ? then now() end, t.deadline,
                          s.needs_claim or\s""" + BudgetWrites.BINDS + """
                          ,
                          s.selector_key, s.selector_key
                        from task_state s, task t
                        where s.task_id = ? and t.task_id = ?
                        """)
                .params(queued, waitingOn, queued, oldTask, newTask)
                .update();
    }

    /**
     * Where a task is that has just been accepted.
     *
     * @param status QUEUED or WAITING
     * @param dagId absent for a standalone task, as its index
     * @param waitingOn dependencies that have not completed
     * @param pathMillis the longest path that remains behind it in its DAG, itself included; 0 where none counts
     * @param needsClaim whether only a claim lets it out of the backlog
     * @param selectorKey names the line that it waits in; {@code ''} where its selector sets no conditions
     * @param limitKeys under which limits count it
     * @param createdAt as ISO 8601, like the deadline
     */
    public record NewState(
            UUID taskId,
            String tenant,
            String taskType,
            String priority,
            TaskStatus status,
            @Nullable UUID dagId,
            @Nullable Integer index,
            int waitingOn,
            int pathMillis,
            String createdAt,
            @Nullable String deadline,
            boolean needsClaim,
            String selectorKey,
            List<String> limitKeys) {}
}
