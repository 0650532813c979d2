package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes what a run's planner decided of its tasks. To be called within a transaction that has locked the run. Thread-safe. */
public final class PlannedWrites {
    /** In {@code waiting_on} of a cancelled task, where it has no meaning any more: its dependents have been told to go on. */
    private static final int DEPENDENTS_GO_ON = -1;

    private final JdbcClient client;

    public PlannedWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Makes tasks FAILED. A deadline ends a task wherever it is, also one that is at an agent: the planner knows of no batch that holds it,
     * as when it is cancelled. Otherwise it is the last attempt that has failed.
     *
     * @param expired what the errors of tasks say whose deadline has passed
     */
    public List<Ended> fail(RunKey run, List<Decision.Failure> failed, String expired) {
        if (failed.isEmpty()) {
            return List.of();
        }
        return client.sql("""
                update task_state s
                set status = 'FAILED', ended_at = now(), worker_id = null, attempt_epochs = 0,
                    error_code = case when f.expired then f.code else s.error_code end,
                    error_message = case when f.expired and s.error_code is distinct from f.code
                      then left(?::text || coalesce('; its last attempt failed with ' || s.error_code
                                                    || coalesce(': ' || s.error_message, ''), ''), ?)
                      else s.error_message end
                from (select i.*, i.code = ? as expired from unnest(?::int[], ?::text[]) as i(task_index, code)) f
                where s.run_id = ? and s.run_number = ? and s.task_index = f.task_index
                  and (s.status::text = 'BACKOFF'
                       or (f.expired and s.status::text in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'DISPATCHED', 'RUNNING')))
                returning s.task_id, s.task_index as index
                """)
                .params(expired, Limits.MAX_ERROR_MESSAGE_LENGTH, EndCodes.DEADLINE_EXCEEDED)
                .params(Columns.of(failed).ints(Decision.Failure::task).texts(Decision.Failure::errorCode))
                .params(run.runId(), run.runNumber())
                .query(Records.of(Ended.class))
                .list();
    }

    /**
     * Makes tasks CANCELLED.
     *
     * @param atAgents whether also those that are at agents: the planner knows of no batch that holds them
     */
    public List<Ended> cancel(RunKey run, List<Decision.Cancellation> cancelled, boolean atAgents) {
        if (cancelled.isEmpty()) {
            return List.of();
        }
        return client.sql("""
                update task_state s
                set status = 'CANCELLED', ended_at = now(), error_code = c.code, error_message = c.reason, worker_id = null,
                    attempt_epochs = 0
                from unnest(?::int[], ?::text[], ?::text[]) as c(task_index, code, reason)
                where s.run_id = ? and s.run_number = ? and s.task_index = c.task_index
                  and (s.status::text in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                       or (? and s.status::text in ('DISPATCHED', 'RUNNING')))
                returning s.task_id, s.task_index as index
                """)
                .params(Columns.of(cancelled)
                        .ints(Decision.Cancellation::task)
                        .texts(Decision.Cancellation::code)
                        .texts(Decision.Cancellation::reason))
                .params(run.runId(), run.runNumber(), atAgents)
                .query(Records.of(Ended.class))
                .list();
    }

    /** Notes of tasks at agents what to say of them if they stop by the cancel that is about to reach them. */
    public void noteWhy(RunKey run, List<Decision.Cancellation> cancelled) {
        client.sql("""
                update task_state s set error_code = c.code, error_message = c.reason
                from unnest(?::int[], ?::text[], ?::text[]) as c(task_index, code, reason)
                where s.run_id = ? and s.run_number = ? and s.task_index = c.task_index and s.status::text in ('DISPATCHED', 'RUNNING')
                """)
                .params(Columns.of(cancelled)
                        .ints(Decision.Cancellation::task)
                        .texts(Decision.Cancellation::code)
                        .texts(Decision.Cancellation::reason))
                .params(run.runId(), run.runNumber())
                .update();
    }

    /**
     * Puts tasks into the backlog: for the next attempt, or because the run is paused and has not used the release. Those that may go on these
     * terms leave it with that.
     *
     * @param mayLeave whether any may
     */
    public List<Requeued> requeue(RunKey run, List<Integer> tasks, boolean mayLeave, List<Terms> terms) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        return client.sql("""
                update task_state s
                set queued_at = case s.status when 'BACKOFF' then now() else s.queued_at end,
                    status = case when d.leaves then 'RELEASED'::task_status else 'QUEUED'::task_status end,
                    released_at = case when d.leaves then now() end, notified_at = null
                from (
                  select q.task_id, ? and not q.needs_claim and\s""" + Terms.LEAVES + """
                   as leaves
                  from task_state q left join\s""" + Terms.TABLE + """
                   on t.run_id = q.run_id and t.task_type = q.task_type
                  where q.run_id = ? and q.run_number = ? and q.task_index = any(?)
                ) d
                where s.task_id = d.task_id and s.status::text in ('BACKOFF', 'RELEASED')
                returning s.task_index as index, s.status = 'RELEASED' as left
                """)
                .param(mayLeave)
                .params(Terms.columns(terms))
                .params(run.runId(), run.runNumber(), tasks.toArray(Integer[]::new))
                .query(Records.of(Requeued.class))
                .list();
    }

    /**
     * Finds the failed tasks that a command cancelled in the store before the planner heard of it. They stay cancelled; but the planner
     * goes on as after a failure, and where its DAG continues after failures, what depends on them must not wait for ever. Each is
     * returned once, however often this is called.
     */
    public List<Integer> cancelledMeanwhile(RunKey run, List<Decision.Failure> failed) {
        if (failed.isEmpty()) {
            return List.of();
        }
        return client.sql("""
                update task_state set waiting_on = ?
                where run_id = ? and run_number = ? and task_index = any(?) and status::text = 'CANCELLED' and waiting_on >= 0
                returning task_index
                """)
                .params(DEPENDENTS_GO_ON, run.runId(), run.runNumber())
                .params(Columns.of(failed).ints(Decision.Failure::task))
                .query(Integer.class)
                .list();
    }

    /** A task that has ended by what was written. */
    public record Ended(UUID taskId, int index) {}

    /**
     * A task that was put into the backlog.
     *
     * @param left whether it has left it again
     */
    public record Requeued(int index, boolean left) {}
}
