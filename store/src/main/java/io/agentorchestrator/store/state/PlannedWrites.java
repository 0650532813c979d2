package io.agentorchestrator.store.state;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes what a run's planner decided of its tasks. To be called within a transaction that has locked the run. Thread-safe. */
public final class PlannedWrites {
    /** In {@code waiting_on} of a cancelled task, where it has no meaning any more: its dependents have been told to go on. */
    private static final int DEPENDENTS_GO_ON = -1;

    private final JdbcTemplate jdbc;

    public PlannedWrites(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
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
        return jdbc.query(
                """
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
                returning s.task_id, s.task_index
                """,
                (row, number) -> Ended.read(row),
                expired,
                Limits.MAX_ERROR_MESSAGE_LENGTH,
                EndCodes.DEADLINE_EXCEEDED,
                failed.stream().map(Decision.Failure::task).toArray(Integer[]::new),
                texts(failed, Decision.Failure::errorCode),
                run.runId(),
                run.runNumber());
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
        return jdbc.query(
                """
                update task_state s
                set status = 'CANCELLED', ended_at = now(), error_code = c.code, error_message = c.reason, worker_id = null,
                    attempt_epochs = 0
                from unnest(?::int[], ?::text[], ?::text[]) as c(task_index, code, reason)
                where s.run_id = ? and s.run_number = ? and s.task_index = c.task_index
                  and (s.status::text in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                       or (? and s.status::text in ('DISPATCHED', 'RUNNING')))
                returning s.task_id, s.task_index
                """,
                (row, number) -> Ended.read(row),
                cancelled.stream().map(Decision.Cancellation::task).toArray(Integer[]::new),
                texts(cancelled, Decision.Cancellation::code),
                texts(cancelled, Decision.Cancellation::reason),
                run.runId(),
                run.runNumber(),
                atAgents);
    }

    /** Notes of tasks at agents what to say of them if they stop by the cancel that is about to reach them. */
    public void noteWhy(RunKey run, List<Decision.Cancellation> cancelled) {
        jdbc.update(
                """
                update task_state s set error_code = c.code, error_message = c.reason
                from unnest(?::int[], ?::text[], ?::text[]) as c(task_index, code, reason)
                where s.run_id = ? and s.run_number = ? and s.task_index = c.task_index and s.status::text in ('DISPATCHED', 'RUNNING')
                """,
                cancelled.stream().map(Decision.Cancellation::task).toArray(Integer[]::new),
                texts(cancelled, Decision.Cancellation::code),
                texts(cancelled, Decision.Cancellation::reason),
                run.runId(),
                run.runNumber());
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
        Object[] columns = {run.runId(), run.runNumber(), tasks.toArray(Integer[]::new)};
        return jdbc.query(
                """
                update task_state s
                set queued_at = case s.status when 'BACKOFF' then now() else s.queued_at end,
                    status = case when d.leaves then 'RELEASED'::task_status else 'QUEUED'::task_status end,
                    released_at = case when d.leaves then now() end, notified_at = null
                from (
                  select q.task_id, ? and\s""" + Terms.LEAVES + """
                   as leaves
                  from task_state q left join\s""" + Terms.TABLE + """
                   on t.run_id = q.run_id and t.task_type = q.task_type
                  where q.run_id = ? and q.run_number = ? and q.task_index = any(?)
                ) d
                where s.task_id = d.task_id and s.status::text in ('BACKOFF', 'RELEASED')
                returning s.task_index, s.status
                """,
                (row, number) ->
                        new Requeued(row.getInt(1), TaskStatus.valueOf(row.getString(2)) == TaskStatus.RELEASED),
                Stream.of(Stream.of((Object) mayLeave), Stream.of(Terms.columns(terms)), Stream.of(columns))
                        .flatMap(Function.identity())
                        .toArray());
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
        return jdbc.queryForList(
                """
                update task_state set waiting_on = ?
                where run_id = ? and run_number = ? and task_index = any(?) and status::text = 'CANCELLED' and waiting_on >= 0
                returning task_index
                """,
                Integer.class,
                DEPENDENTS_GO_ON,
                run.runId(),
                run.runNumber(),
                failed.stream().map(Decision.Failure::task).toArray(Integer[]::new));
    }

    private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    /** A task that has ended by what was written. */
    public record Ended(UUID taskId, int index) {
        static Ended read(ResultSet row) throws SQLException {
            return new Ended(row.getObject("task_id", UUID.class), row.getInt("task_index"));
        }
    }

    /**
     * A task that was put into the backlog.
     *
     * @param left whether it has left it again
     */
    public record Requeued(int index, boolean left) {}
}
