package io.agentorchestrator.store.run;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.run.RunProgress.Parents;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.DependentWrites.Readied;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.PlannedWrites;
import io.agentorchestrator.store.state.PlannedWrites.Ended;
import io.agentorchestrator.store.state.PlannedWrites.Requeued;
import io.agentorchestrator.store.state.RunCounters;
import io.agentorchestrator.store.state.RunCounters.Ends;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Records how attempts and tasks end, once each. Every transaction locks the rows of its runs first, in order, so that
 * batches never deadlock and the counters of runs stay exact. Thread-safe.
 */
public final class OutcomeStore {
    /** PostgreSQL takes 8,000 bytes in a notification. */
    private static final int MAX_ANNOUNCED = 200;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final RunCounters counters;
    private final RunProgress progress;
    private final PlannedWrites writes;
    private final OutcomeRecording recording;
    private final CrossRunDependents dependents;

    public OutcomeStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.transaction = new RetryingTransaction(dataSource);
        this.locks = new RunLocks(client);
        this.counters = new RunCounters(client);
        this.progress = new RunProgress(client);
        this.writes = new PlannedWrites(client);
        this.recording = new OutcomeRecording(client, progress);
        this.dependents = new CrossRunDependents(dataSource);
    }

    /**
     * Records outcomes of attempts in one transaction, but for tasks of other runs. An outcome counts only if the task is still at an agent under the same run number,
     * attempt and epoch; what becomes of dependents that become ready by it is in the same transaction, as {@link FollowUp} says. Of what
     * two sets say of one task, the first counts.
     *
     * @param committed told what came of each set, once that is safe; on the caller's thread, not at all if it fails
     * @return tasks that have ended for good; the caller sees to it that {@link #propagateEnds} is called for them
     */
    public List<UUID> record(List<RunOutcomes> sets, Consumer<List<Recorded>> committed) {
        List<UUID> ended = new ArrayList<>();
        committed.accept(transaction.execute(status -> {
            ended.clear();
            return recording.record(sets, ended);
        }));
        return ended;
    }

    /** Passes ends on to tasks of other runs that depend on them. Repeating it changes nothing; what is left undone, a sweep finds. */
    public void propagateEnds(Collection<UUID> ended) {
        dependents.propagate(ended);
    }

    /**
     * Records what the planner decided of tasks that are not at an agent. Repeating it changes nothing. The ends are passed on to
     * tasks of other runs after the commit, here as in the other methods.
     *
     * @param dependentsGoOn whether a failed task satisfies its dependents (on_failure CONTINUE)
     * @param byType on what terms tasks that become ready leave the backlog; those of a type that is missing stay in it
     * @return tasks that were released in the same transaction
     */
    public List<Integer> recordDecisions(
            RunKey run,
            List<Decision.Failure> failed,
            List<Decision.Cancellation> cancelled,
            List<Integer> requeued,
            boolean dependentsGoOn,
            Map<String, TypeTerms> byType) {
        return dependents.propagating(ended -> {
            boolean paused = locks.lock(run).filter(LockedRun::paused).isPresent();
            List<Ended> failedNow = writes.fail(run, failed, DeadlineStore.MESSAGE);
            List<Ended> cancelledNow = cancel(run, cancelled, true);
            List<Integer> releases = new ArrayList<>(requeue(run, requeued, paused, byType));
            if (dependentsGoOn) {
                List<Integer> parents = new ArrayList<>(writes.cancelledMeanwhile(run, failed));
                failedNow.forEach(task -> parents.add(task.index()));
                releases.addAll(releaseDependents(run, parents, paused, byType));
            }
            counters.countDown(Map.of(run, new Ends(0, failedNow.size(), cancelledNow.size())));
            failedNow.forEach(task -> ended.add(task.taskId()));
            cancelledNow.forEach(task -> ended.add(task.taskId()));
            return List.copyOf(releases);
        });
    }

    /**
     * Cancels those of these tasks that were not dispatched; their batches find out. Of the others it notes why they are cancelled: an
     * attempt that then ends as cancelled says so.
     *
     * @param cancelled tasks that may be in batches
     */
    public void cancelUnoffered(RunKey run, List<Decision.Cancellation> cancelled) {
        List<Ended> ended = transaction.execute(status -> {
            locks.lock(List.of(run));
            List<Ended> cancelledNow = cancel(run, cancelled, false);
            writes.noteWhy(run, cancelled);
            counters.countDown(Map.of(run, new Ends(0, 0, cancelledNow.size())));
            return cancelledNow;
        });
        dependents.propagate(ended.stream().map(Ended::taskId).toList());
    }

    /** Announces to all workers that these tasks are to be cancelled: whoever holds them decides. */
    public void announceCancel(List<UUID> taskIds) {
        for (int from = 0; from < taskIds.size(); from += MAX_ANNOUNCED) {
            String ids = taskIds.subList(from, Math.min(from + MAX_ANNOUNCED, taskIds.size())).stream()
                    .map(UUID::toString)
                    .collect(Collectors.joining(" "));
            Channels.notify(client, Channels.CANCELS, ids);
        }
    }

    /**
     * Books what dispatches cost whose outcomes came after their tasks had moved on, and changes nothing else. Each counts once,
     * however often it comes. What is or may yet become the recorded outcome is left out. A task that another has taken the place of is in no run
     * any more, and counts, too.
     *
     * @return how many were booked now
     */
    public int bookLate(RunKey run, List<AttemptOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            return 0;
        }
        UUID[] ids = Columns.ids(outcomes, AttemptOutcome::taskId);
        return client.sql("""
                insert into late_outcome (task_id, epoch, attempt, tenant, agent_id, outcome, error_code, cost_micro_usd,
                  input_tokens, output_tokens)
                select o.task_id, o.epoch, o.attempt, s.tenant, o.agent_id, o.outcome::attempt_outcome, o.error_code, o.cost,
                  o.input, o.output
                from unnest(?::uuid[], ?::int[], ?::int[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
                  as o(task_id, attempt, epoch, agent_id, outcome, error_code, cost, input, output)
                join task_state s on s.task_id = o.task_id and s.task_id = any(?)
                where (s.run_id is null or s.run_id = ?)
                  and not (s.status in ('DISPATCHED', 'RUNNING') and s.attempt = o.attempt and s.epoch = o.epoch)
                  and not exists (select from task_attempt a
                                  where a.task_id = o.task_id and a.attempt = o.attempt and a.epoch = o.epoch)
                on conflict (task_id, epoch) do nothing
                """)
                .param(ids)
                .params(Columns.of(outcomes)
                        .ints(AttemptOutcome::attempt)
                        .ints(AttemptOutcome::epoch)
                        .texts(AttemptOutcome::agentId)
                        .texts(outcome -> outcome.outcome().name())
                        .texts(AttemptOutcome::errorCode)
                        .longs(o -> o.usage().costMicroUsd())
                        .longs(o -> o.usage().inputTokens())
                        .longs(o -> o.usage().outputTokens()))
                .params(ids, run.runId())
                .update();
    }

    private List<Ended> cancel(RunKey run, List<Decision.Cancellation> cancelled, boolean atAgents) {
        if (cancelled.stream().anyMatch(task -> task.code().equals(EndCodes.RUN_TERMINATED))) {
            counters.cancelAll(run);
        }
        return writes.cancel(run, cancelled, atAgents);
    }

    /** Returns what has left the backlog again. */
    private List<Integer> requeue(RunKey run, List<Integer> tasks, boolean paused, Map<String, TypeTerms> byType) {
        List<Requeued> requeued = writes.requeue(run, tasks, !paused, RunProgress.terms(run, byType));
        if (!paused && requeued.stream().anyMatch(task -> !task.left())) {
            progress.announceBacklog();
        }
        return requeued.stream().filter(Requeued::left).map(Requeued::index).toList();
    }

    /** Returns the dependents that were released. */
    private List<Integer> releaseDependents(
            RunKey run, List<Integer> parents, boolean paused, Map<String, TypeTerms> byType) {
        FollowUp followUp = new FollowUp(byType, Map.of());
        return progress.satisfy(List.of(new Parents(run, parents, followUp, paused, false, null))).stream()
                .filter(task -> task.status() == TaskStatus.RELEASED)
                .map(Readied::index)
                .toList();
    }
}
