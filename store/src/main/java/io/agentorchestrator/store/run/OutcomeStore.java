package io.agentorchestrator.store.run;

import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.dependency.Dependents;
import io.agentorchestrator.store.run.RunProgress.Ends;
import io.agentorchestrator.store.run.RunProgress.Ready;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records how attempts and tasks end, once each. Every transaction locks the rows of its runs first, in order, so that
 * batches never deadlock and the counters of runs stay exact. Thread-safe.
 */
public final class OutcomeStore {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final RunProgress progress;
    private final OutcomeRecording recording;
    private final LateOutcomes late;
    private final Dependents dependents;

    public OutcomeStore(DataSource dataSource, ReleasePolicy releasePolicy) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.progress = new RunProgress(jdbc, releasePolicy);
        this.recording = new OutcomeRecording(jdbc, progress);
        this.late = new LateOutcomes(jdbc);
        this.dependents = new Dependents(dataSource);
    }

    /** Records outcomes of one run's attempts, as {@link #record(List)} does. */
    public Recorded record(RunKey run, RunKind kind, List<AttemptOutcome> outcomes) {
        return record(List.of(new RunOutcomes(run, kind, outcomes))).getFirst();
    }

    /**
     * Records outcomes of attempts in one transaction. An outcome counts only if the task is still RUNNING under the same run number,
     * attempt and epoch; dependents that become ready enter the backlog in the same transaction, and leave it again at once
     * if it is their turn. Of what two sets say of one task, the first counts.
     *
     * @return what came of each set, in the order given
     */
    public List<Recorded> record(List<RunOutcomes> sets) {
        List<Recorded> recorded = new ArrayList<>();
        record(sets, recorded::addAll);
        return recorded;
    }

    /**
     * The same, for whoever need not wait until tasks of other runs have been looked after.
     *
     * @param committed told what came of each set, once that is safe; on the caller's thread, not at all if it fails
     */
    public void record(List<RunOutcomes> sets, Consumer<List<Recorded>> committed) {
        List<UUID> ended = new ArrayList<>();
        List<Recorded> recorded = inTransaction(() -> {
            ended.clear();
            return recording.record(sets, ended);
        });
        committed.accept(recorded);
        dependents.propagate(ended);
    }

    /**
     * Records what the planner decided of tasks that are not at an agent. Repeating it changes nothing. The ends are passed on to
     * tasks of other runs after the commit, here as in the other methods.
     *
     * @param dependentsGoOn whether a failed task satisfies its dependents (on_failure CONTINUE)
     * @return tasks that were released in the same transaction
     */
    public List<Integer> settle(
            RunKey run,
            List<Decision.Failure> failed,
            List<Decision.Cancellation> cancelled,
            List<Integer> requeued,
            boolean dependentsGoOn) {
        List<UUID> ended = new ArrayList<>();
        List<Integer> released = inTransaction(() -> {
            Set<RunKey> paused = progress.lock(List.of(run));
            List<EndedTask> failedNow = fail(run, failed);
            List<EndedTask> cancelledNow = cancel(run, cancelled, true);
            List<Ready> ready = requeue(run, requeued);
            List<Integer> releases = new ArrayList<>(of(run, progress.release(ready, paused)));
            if (dependentsGoOn) {
                List<Integer> parents = new ArrayList<>(CancelledMeanwhile.take(jdbc, run, failed));
                failedNow.forEach(task -> parents.add(task.index()));
                releases.addAll(
                        of(run, progress.satisfy(Map.of(run, parents), paused).released()));
            }
            progress.countDown(Map.of(run, new Ends(0, failedNow.size(), cancelledNow.size())));
            failedNow.forEach(task -> ended.add(task.taskId()));
            cancelledNow.forEach(task -> ended.add(task.taskId()));
            return List.copyOf(releases);
        });
        dependents.propagate(ended);
        return released;
    }

    /**
     * Cancels those of these tasks that no agent has been offered yet; their batches find out. Of the others it notes why they are
     * cancelled: an attempt that then ends as cancelled says so.
     *
     * @param cancelled tasks that may be in batches
     */
    public void cancelUnoffered(RunKey run, List<Decision.Cancellation> cancelled) {
        List<EndedTask> ended = inTransaction(() -> {
            progress.lock(List.of(run));
            List<EndedTask> cancelledNow = cancel(run, cancelled, false);
            noteWhy(run, cancelled);
            progress.countDown(Map.of(run, new Ends(0, 0, cancelledNow.size())));
            return cancelledNow;
        });
        dependents.propagate(ended.stream().map(EndedTask::taskId).toList());
    }

    /**
     * Books what dispatches cost whose outcomes came after their tasks had moved on, and changes nothing else. Each counts once,
     * however often it comes. What is or may yet become the recorded outcome is left out.
     *
     * @return how many were booked now
     */
    public int bookLate(RunKey run, List<AttemptOutcome> outcomes) {
        return late.book(run, outcomes);
    }

    /** Of tasks at agents: what to say of them if they stop by the cancel that is about to reach them. */
    private void noteWhy(RunKey run, List<Decision.Cancellation> cancelled) {
        jdbc.update(
                """
                update task_state s set error_code = c.code, error_message = c.reason
                from unnest(?::int[], ?::text[], ?::text[]) as c(task_index, code, reason)
                where s.run_id = ? and s.run_number = ? and s.task_index = c.task_index and s.status = 'RUNNING'
                """,
                cancelled.stream().map(Decision.Cancellation::task).toArray(Integer[]::new),
                texts(cancelled, Decision.Cancellation::code),
                texts(cancelled, Decision.Cancellation::reason),
                run.runId(),
                run.runNumber());
    }

    private static List<Integer> of(RunKey run, Map<RunKey, List<Integer>> byRun) {
        return byRun.getOrDefault(run, List.of());
    }

    /**
     * A deadline ends a task wherever it is, also one that is RUNNING: the planner knows of no batch that holds it, as when it is
     * cancelled. Otherwise it is the last attempt that has failed.
     */
    private List<EndedTask> fail(RunKey run, List<Decision.Failure> failed) {
        if (failed.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                """
                update task_state s
                set status = 'FAILED', ended_at = now(),
                    error_code = case when f.expired then f.code else s.error_code end,
                    error_message = case when f.expired and s.error_code is distinct from f.code
                      then left(?::text || coalesce('; its last attempt failed with ' || s.error_code
                                                    || coalesce(': ' || s.error_message, ''), ''), ?)
                      else s.error_message end
                from (select i.*, i.code = ? as expired from unnest(?::int[], ?::text[]) as i(task_index, code)) f
                where s.run_id = ? and s.run_number = ? and s.task_index = f.task_index
                  and (s.status = 'BACKOFF'
                       or (f.expired and s.status in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'RUNNING')))
                returning s.task_id, s.task_index
                """,
                (row, number) -> EndedTask.read(row),
                DeadlineStore.MESSAGE,
                Limits.MAX_ERROR_MESSAGE_LENGTH,
                EndCodes.DEADLINE_EXCEEDED,
                failed.stream().map(Decision.Failure::task).toArray(Integer[]::new),
                texts(failed, Decision.Failure::errorCode),
                run.runId(),
                run.runNumber());
    }

    /** @param running whether a task that is RUNNING is cancelled too: the planner knows of no batch that holds it */
    private List<EndedTask> cancel(RunKey run, List<Decision.Cancellation> cancelled, boolean running) {
        if (cancelled.isEmpty()) {
            return List.of();
        }
        if (cancelled.stream().anyMatch(task -> task.code().equals(EndCodes.RUN_TERMINATED))) {
            jdbc.update(
                    "update run set cancel_all = true where run_id = ? and run_number = ?",
                    run.runId(),
                    run.runNumber());
        }
        return jdbc.query(
                """
                update task_state s
                set status = 'CANCELLED', ended_at = now(), error_code = c.code, error_message = c.reason
                from unnest(?::int[], ?::text[], ?::text[]) as c(task_index, code, reason)
                where s.run_id = ? and s.run_number = ? and s.task_index = c.task_index
                  and (s.status in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF') or (? and s.status = 'RUNNING'))
                returning s.task_id, s.task_index
                """,
                (row, number) -> EndedTask.read(row),
                cancelled.stream().map(Decision.Cancellation::task).toArray(Integer[]::new),
                texts(cancelled, Decision.Cancellation::code),
                texts(cancelled, Decision.Cancellation::reason),
                run.runId(),
                run.runNumber(),
                running);
    }

    /** Back into the backlog: for the next attempt, or because the run is paused and has not used the release. */
    private List<Ready> requeue(RunKey run, List<Integer> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                """
                update task_state
                set queued_at = case status when 'BACKOFF' then now() else queued_at end,
                    status = 'QUEUED', released_at = null, notified_at = null
                where run_id = ? and run_number = ? and task_index = any(?) and status in ('BACKOFF', 'RELEASED')
                returning run_id, run_number, task_id, task_index, task_type, priority
                """, (row, number) -> Ready.read(row), run.runId(), run.runNumber(), tasks.toArray(Integer[]::new));
    }

    private <T> T inTransaction(Supplier<T> work) {
        T result = transaction.execute(status -> work.get());
        if (result == null) {
            throw new IllegalStateException("a transaction returned nothing");
        }
        return result;
    }

    private record EndedTask(UUID taskId, int index) {
        static EndedTask read(ResultSet row) throws SQLException {
            return new EndedTask(row.getObject("task_id", UUID.class), row.getInt("task_index"));
        }
    }

    private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }
}
