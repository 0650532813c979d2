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

    /** Inserts these, but for those that are there. */
    public void insert(List<NewState> tasks) {
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index,
                          waiting_on, queued_at, deadline, needs_claim)
                        select r.task_id, r.tenant, r.task_type, r.priority::priority_key, r.status::task_status, r.dag_id,
                          case when r.dag_id is not null then 1 end, r.task_index, r.waiting_on,
                          case when r.status = 'QUEUED' then r.created_at::timestamptz end, r.deadline::timestamptz,
                          r.needs_claim or r.tenant = any(array(select tenant from budget)) or '' = any(array(select tenant from budget))
                        from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::integer[],
                          ?::integer[], ?::text[], ?::text[], ?::boolean[])
                          as r (task_id, tenant, task_type, priority, status, dag_id, task_index, waiting_on, created_at,
                            deadline, needs_claim)
                        on conflict (task_id) do nothing
                        """)
                .params(Columns.of(tasks)
                        .uuids(NewState::taskId)
                        .texts(NewState::tenant)
                        .texts(NewState::taskType)
                        .texts(NewState::priority)
                        .texts(task -> task.status().name())
                        .uuids(NewState::dagId)
                        .ints(NewState::index)
                        .ints(NewState::waitingOn)
                        .texts(NewState::createdAt)
                        .texts(NewState::deadline)
                        .flags(NewState::needsClaim))
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
                          waiting_on, queued_at, deadline, needs_claim)
                        select t.task_id, s.tenant, s.task_type, s.priority,
                          case when ? then 'QUEUED'::task_status else 'WAITING'::task_status end, t.dag_id,
                          case when t.dag_id is not null then s.run_number end,
                          case when t.dag_id is not null then s.task_index end, ?, case when ? then now() end, t.deadline, s.needs_claim
                        from task_state s, task t
                        where s.task_id = ? and t.task_id = ?
                        """).params(queued, waitingOn, queued, oldTask, newTask).update();
    }

    /**
     * Where a task is that has just been accepted.
     *
     * @param status QUEUED or WAITING
     * @param dagId absent for a standalone task, as its index
     * @param waitingOn dependencies that have not completed
     * @param needsClaim whether only a claim lets it out of the backlog
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
            String createdAt,
            @Nullable String deadline,
            boolean needsClaim) {}
}
