package io.agentorchestrator.store.state;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes which tasks a further run has. To be called within a transaction that has locked the run before it. Thread-safe. */
public final class RerunWrites {
    private final JdbcClient client;

    public RerunWrites(JdbcClient client) {
        this.client = client;
    }

    /** Takes the task whose place this one takes out of the run; its index still says which place that was. */
    public void takeOut(UUID dagId, int index, UUID newTask) {
        client.sql("update task_state set run_id = null where run_id = ? and task_index = ? and task_id <> ?")
                .params(dagId, index, newTask)
                .update();
    }

    /**
     * Brings tasks that have ended, and copies that wait for it, back to where they were before their first attempt, but for the attempts'
     * numbers. A deadline that has passed, of the tasks or the DAG, is none from then on: nobody enforces it.
     *
     * @param waitingOn by task
     */
    public void reset(RunKey next, UUID[] tasks, Integer[] waitingOn) {
        client.sql("""
                        update task_state s
                        set status = case when r.waiting_on = 0 then 'QUEUED'::task_status else 'WAITING'::task_status end,
                            run_number = ?, waiting_on = r.waiting_on, attempt_base = s.attempt, attempt_epochs = 0,
                            preemptions = 0, preempted_for = null,
                            agent_id = null, placement = null, worker_id = null, held_by = s.selector_key,
                            rerun_at = now(), queued_at = case when r.waiting_on = 0 then now() end, released_at = null, notified_at = null,
                            first_started_at = null, started_at = null, ended_at = null, error_code = null, error_message = null, expiry_commanded_at = null,
                            deadline = case when s.deadline > now() then s.deadline end,
                            needs_claim = s.needs_claim or\s""" + BudgetWrites.BINDS + """

                        from unnest(?::uuid[], ?::int[]) as r (task_id, waiting_on)
                        where s.task_id = r.task_id and s.task_id = any(?)
                          and s.status in ('WAITING', 'COMPLETED', 'FAILED', 'CANCELLED')
                        """)
                .params(next.runNumber(), tasks, waitingOn, tasks)
                .update();
        client.sql("update dag set deadline = null where dag_id = ? and deadline <= now()")
                .param(next.runId())
                .update();
    }

    /** Hands the open tasks of a lost run to a further one, as they are; how many. */
    public int moveOpen(RunKey lost, RunKey next) {
        return client.sql("""
                        update task_state set run_number = ?
                        where run_id = ? and run_number = ? and status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                        """)
                .params(next.runNumber(), lost.runId(), lost.runNumber())
                .update();
    }
}
