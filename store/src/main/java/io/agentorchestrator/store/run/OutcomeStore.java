package io.agentorchestrator.store.run;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.dependency.Dependents;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records how attempts and tasks end, once each. Every transaction locks the run's row first, so that the lots of one run
 * never deadlock and its counters stay exact. Thread-safe.
 */
public final class OutcomeStore {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final RunPlans plans;
    private final LateOutcomes late;
    private final GrantPolicy grantPolicy;
    private final Dependents dependents;

    public OutcomeStore(DataSource dataSource, GrantPolicy grantPolicy) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.plans = new RunPlans(jdbc);
        this.late = new LateOutcomes(jdbc);
        this.grantPolicy = grantPolicy;
        this.dependents = new Dependents(dataSource);
    }

    /**
     * Records outcomes of one run's attempts. An outcome counts only if the task is still RUNNING under the same run number,
     * attempt and epoch; dependents that become ready enter the backlog in the same transaction, and leave it again at once
     * if it is their turn.
     */
    public Recorded record(RunKey run, RunKind kind, List<AttemptOutcome> outcomes) {
        List<AttemptOutcome> inOrder = outcomes.stream()
                .sorted(Comparator.comparing(AttemptOutcome::taskId))
                .toList();
        List<UUID> ended = new ArrayList<>();
        Recorded recorded = inTransaction(() -> {
            boolean paused = lock(run);
            List<Integer> accepted = end(run, inOrder);
            Set<Integer> acceptedSet = new HashSet<>(accepted);
            List<Integer> completed = new ArrayList<>();
            int cancelled = 0;
            for (AttemptOutcome outcome : inOrder) {
                if (acceptedSet.contains(outcome.index())) {
                    switch (outcome.outcome()) {
                        case COMPLETED -> completed.add(outcome.index());
                        case CANCELLED -> cancelled++;
                        case FAILED -> {
                            continue;
                        }
                    }
                    ended.add(outcome.taskId());
                }
            }
            List<Integer> grants = kind == RunKind.DAG ? satisfy(run, completed, paused) : List.of();
            countDown(run, completed.size(), 0, cancelled);
            return new Recorded(Set.copyOf(acceptedSet), grants);
        });
        dependents.propagate(ended);
        return recorded;
    }

    /**
     * Records what the planner decided of tasks that are not at an agent. Repeating it changes nothing. The ends are passed on to
     * tasks of other runs after the commit, here as in the other methods.
     *
     * @param dependentsGoOn whether a failed task satisfies its dependents (on_failure CONTINUE)
     * @return tasks that were granted in the same transaction
     */
    public List<Integer> settle(
            RunKey run,
            List<Decision.Failure> failed,
            List<Decision.Cancellation> cancelled,
            List<Integer> requeued,
            boolean dependentsGoOn) {
        List<UUID> ended = new ArrayList<>();
        List<Integer> granted = inTransaction(() -> {
            boolean paused = lock(run);
            List<EndedTask> failedNow = fail(run, failed);
            List<EndedTask> cancelledNow = cancel(run, cancelled, true);
            List<ReadyTask> ready = requeue(run, requeued);
            List<Integer> grants = new ArrayList<>(grant(run, ready, paused));
            if (dependentsGoOn) {
                List<Integer> parents = new ArrayList<>(CancelledMeanwhile.take(jdbc, run, failed));
                failedNow.forEach(task -> parents.add(task.index()));
                grants.addAll(satisfy(run, parents, paused));
            }
            countDown(run, 0, failedNow.size(), cancelledNow.size());
            failedNow.forEach(task -> ended.add(task.taskId()));
            cancelledNow.forEach(task -> ended.add(task.taskId()));
            return List.copyOf(grants);
        });
        dependents.propagate(ended);
        return granted;
    }

    /**
     * Cancels those of these tasks that no agent has been offered yet; their lots find out. Of the others it notes why they are
     * cancelled: an attempt that then ends as cancelled says so.
     *
     * @param cancelled tasks that may be in lots
     */
    public void cancelUnoffered(RunKey run, List<Decision.Cancellation> cancelled) {
        List<EndedTask> ended = inTransaction(() -> {
            lock(run);
            List<EndedTask> cancelledNow = cancel(run, cancelled, false);
            noteWhy(run, cancelled);
            countDown(run, 0, 0, cancelledNow.size());
            return cancelledNow;
        });
        dependents.propagate(ended.stream().map(EndedTask::taskId).toList());
    }

    /**
     * Books what hand-overs cost whose outcomes came after their tasks had moved on, and changes nothing else. Each counts once,
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

    /** Locks the run; whether it is paused. */
    private boolean lock(RunKey run) {
        return jdbc.queryForList(
                        "select paused from run where run_id = ? and run_number = ? for update",
                        Boolean.class,
                        run.runId(),
                        run.runNumber())
                .contains(true);
    }

    private List<Integer> end(RunKey run, List<AttemptOutcome> outcomes) {
        UUID[] ids = outcomes.stream().map(AttemptOutcome::taskId).toArray(UUID[]::new);
        return jdbc.query(
                """
                with outcome as materialized (
                  select * from unnest(?::uuid[], ?::int[], ?::int[], ?::attempt_outcome[], ?::text[], ?::text[], ?::text[],
                                       ?::boolean[], ?::bigint[], ?::bigint[], ?::bigint[])
                    as o(task_id, attempt, epoch, outcome, result, error_code, error_message, retryable, cost, input, output)
                ), ended as (
                  update task_state s
                  set status = case o.outcome when 'COMPLETED' then 'COMPLETED'::task_status
                                              when 'CANCELLED' then 'CANCELLED'::task_status
                                              else 'BACKOFF'::task_status end,
                      ended_at = case o.outcome when 'FAILED' then null else now() end,
                      error_code = case o.outcome when 'CANCELLED' then coalesce(s.error_code, o.error_code) else o.error_code end,
                      error_message = case o.outcome when 'CANCELLED' then coalesce(s.error_message, o.error_message)
                                                     else o.error_message end
                  from outcome o
                  where s.task_id = o.task_id and s.task_id = any(?) and s.status = 'RUNNING'
                    and s.run_number = ? and s.attempt = o.attempt and s.epoch = o.epoch
                  returning s.task_id, s.task_index, s.tenant, s.agent_id, s.started_at
                ), kept as (
                  insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, started_at, ended_at,
                    outcome, error_code, error_message, retryable, result, cost_micro_usd, input_tokens, output_tokens)
                  select e.task_id, o.attempt, e.tenant, ?, o.epoch, e.agent_id, e.started_at, now(), o.outcome,
                    o.error_code, o.error_message, o.retryable, o.result::json, o.cost, o.input, o.output
                  from ended e join outcome o on o.task_id = e.task_id
                )
                select task_index from ended
                """,
                (row, number) -> row.getInt(1),
                ids,
                outcomes.stream().map(AttemptOutcome::attempt).toArray(Integer[]::new),
                outcomes.stream().map(AttemptOutcome::epoch).toArray(Integer[]::new),
                texts(outcomes, o -> o.outcome().name()),
                texts(outcomes, AttemptOutcome::result),
                texts(outcomes, AttemptOutcome::errorCode),
                texts(outcomes, AttemptOutcome::errorMessage),
                outcomes.stream().map(AttemptOutcome::retryable).toArray(Boolean[]::new),
                outcomes.stream().map(o -> o.usage().costMicroUsd()).toArray(Long[]::new),
                outcomes.stream().map(o -> o.usage().inputTokens()).toArray(Long[]::new),
                outcomes.stream().map(o -> o.usage().outputTokens()).toArray(Long[]::new),
                ids,
                run.runNumber(),
                run.runNumber());
    }

    /** Counts these parents off their dependents; returns the dependents that were granted at once. */
    private List<Integer> satisfy(RunKey run, List<Integer> parents, boolean paused) {
        if (parents.isEmpty()) {
            return List.of();
        }
        int[][] children = plans.childrenOf(run.runId());
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int parent : parents) {
            for (int child : children[parent]) {
                counts.merge(child, 1, Integer::sum);
            }
        }
        if (counts.isEmpty()) {
            return List.of();
        }
        List<ReadyTask> ready = new ArrayList<>();
        jdbc.query(
                """
                        update task_state s
                        set waiting_on = s.waiting_on - d.satisfied,
                            status = case when s.status = 'WAITING' and s.waiting_on <= d.satisfied
                                          then 'QUEUED'::task_status else s.status end,
                            queued_at = case when s.status = 'WAITING' and s.waiting_on <= d.satisfied
                                             then now() else s.queued_at end
                        from unnest(?::int[], ?::int[]) as d(task_index, satisfied)
                        where s.run_id = ? and s.run_number = ? and s.task_index = d.task_index and s.status = 'WAITING'
                        returning s.task_id, s.task_index, s.task_type, s.priority, s.status = 'QUEUED' as ready
                        """,
                row -> {
                    if (row.getBoolean("ready")) {
                        ready.add(readyTask(row));
                    }
                },
                counts.keySet().toArray(Integer[]::new),
                counts.values().toArray(Integer[]::new),
                run.runId(),
                run.runNumber());
        return grant(run, ready, paused);
    }

    /** In a paused run nothing is granted, and release has nothing to look for. */
    private List<Integer> grant(RunKey run, List<ReadyTask> ready, boolean paused) {
        if (ready.isEmpty() || paused) {
            return List.of();
        }
        List<Integer> turn =
                grantPolicy.grant(ready).stream().map(ReadyTask::index).toList();
        if (turn.size() < ready.size()) {
            jdbc.execute("notify " + Channels.BACKLOG);
        }
        if (turn.isEmpty()) {
            return turn;
        }
        return jdbc.query(
                """
                update task_state set status = 'GRANTED', granted_at = now(), notified_at = null
                where run_id = ? and run_number = ? and task_index = any(?) and status = 'QUEUED'
                returning task_index
                """, (row, number) -> row.getInt(1), run.runId(), run.runNumber(), turn.toArray(Integer[]::new));
    }

    /**
     * A deadline ends a task wherever it is, also one that is RUNNING: the planner knows of no lot that holds it, as when it is
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
                       or (f.expired and s.status in ('PENDING', 'WAITING', 'QUEUED', 'GRANTED', 'RUNNING')))
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

    /** @param running whether a task that is RUNNING is cancelled too: the planner knows of no lot that holds it */
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
                  and (s.status in ('PENDING', 'WAITING', 'QUEUED', 'GRANTED', 'BACKOFF') or (? and s.status = 'RUNNING'))
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

    /** Back into the backlog: for the next attempt, or because the run is paused and has not used the grant. */
    private List<ReadyTask> requeue(RunKey run, List<Integer> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                """
                update task_state
                set queued_at = case status when 'BACKOFF' then now() else queued_at end,
                    status = 'QUEUED', granted_at = null, notified_at = null
                where run_id = ? and run_number = ? and task_index = any(?) and status in ('BACKOFF', 'GRANTED')
                returning task_id, task_index, task_type, priority
                """, (row, number) -> readyTask(row), run.runId(), run.runNumber(), tasks.toArray(Integer[]::new));
    }

    private void countDown(RunKey run, int completed, int failed, int cancelled) {
        int ended = completed + failed + cancelled;
        if (ended == 0) {
            return;
        }
        jdbc.update("""
                update run
                set open_count = open_count - ?, failed_count = failed_count + ?, cancelled_count = cancelled_count + ?,
                    status = case when open_count > ? then status
                                  else run_verdict(cancel_all, failed_count + ?, cancelled_count + ?) end,
                    ended_at = case when open_count > ? then ended_at else now() end
                where run_id = ? and run_number = ?
                """, ended, failed, cancelled, ended, failed, cancelled, ended, run.runId(), run.runNumber());
    }

    private <T> T inTransaction(Supplier<T> work) {
        T result = transaction.execute(status -> work.get());
        if (result == null) {
            throw new IllegalStateException("a transaction returned nothing");
        }
        return result;
    }

    private static ReadyTask readyTask(ResultSet row) throws SQLException {
        return new ReadyTask(
                row.getObject("task_id", UUID.class),
                row.getInt("task_index"),
                row.getString("task_type"),
                Priority.valueOf(row.getString("priority")));
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
