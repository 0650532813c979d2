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
                          waiting_on, queued_at, deadline)
                        select r.task_id, r.tenant, r.task_type, r.priority::priority_key, r.status::task_status, r.dag_id,
                          case when r.dag_id is not null then 1 end, r.task_index, r.waiting_on,
                          case when r.status = 'QUEUED' then r.created_at::timestamptz end, r.deadline::timestamptz
                        from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::integer[],
                          ?::integer[], ?::text[], ?::text[])
                          as r (task_id, tenant, task_type, priority, status, dag_id, task_index, waiting_on, created_at,
                            deadline)
                        on conflict (task_id) do nothing
                        """)
                .params(Columns.of(tasks).uuids(NewState::taskId).texts(NewState::tenant).texts(NewState::taskType).texts(NewState::priority).texts(task -> task.status().name()).uuids(NewState::dagId).ints(NewState::index).ints(NewState::waitingOn).texts(NewState::createdAt).texts(NewState::deadline))
                .update();
    }

    /**
     * Inserts the state of a copy.
     *
     * @param standalone whether it is in no DAG; otherwise it has the old task's place, WAITING whatever it waits for
     * @param waitingOn tasks submitted earlier that have not completed
     */
    public void copy(UUID oldTask, UUID newTask, boolean standalone, int waitingOn) {
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index,
                          waiting_on, queued_at, deadline)
                        select :new, s.tenant, s.task_type, s.priority,
                          case when :queued then 'QUEUED'::task_status else 'WAITING'::task_status end,
                          case when not :standalone then t.dag_id end, case when not :standalone then s.run_number end,
                          case when not :standalone then s.task_index end, :waiting_on, case when :queued then now() end,
                          t.deadline
                        from task_state s, task t
                        where s.task_id = :old and t.task_id = :new
                        """)
                .param("old", oldTask)
                .param("new", newTask)
                .param("standalone", standalone)
                .param("queued", standalone && waitingOn == 0)
                .param("waiting_on", waitingOn)
                .update();
    }


    /**
     * Where a task is that has just been accepted.
     *
     * @param status QUEUED or WAITING
     * @param dagId absent for a standalone task, as its index
     * @param waitingOn dependencies that have not completed
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
            @Nullable String deadline) {}
}
