package io.agentorchestrator.store.testkit;

import io.agentorchestrator.store.release.RunStart.Resumed;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.FollowUp;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.TaskPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Brings tasks to an agent, as release and a batch would, and says how their attempts end. */
public final class Attempts {
    private final JdbcClient client;
    private final BatchStore batches;

    public Attempts(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.batches = new BatchStore(dataSource);
    }

    /** Releases the task and brings it to an agent, which accepts it; returns the outcome that is to be recorded of it. */
    public AttemptOutcome begin(RunKey run, int index, AttemptEnd.Outcome outcome) {
        client.sql("update task_state set status = 'RELEASED', attempt_epochs = 0 where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .update();
        BatchTask task = batches.load(run, List.of(index)).getFirst();
        Dispatch.Begun begun = batches.dispatch(
                        "worker-1", Map.of(run, List.of(new Dispatch(task.taskId(), task.epoch(), "agent-1", null))))
                .getFirst();
        batches.accepted(List.of(new Accepted(task.taskId(), begun.epoch(), Duration.ZERO)));
        return outcome(task, begun, outcome);
    }

    /** The outcome of a dispatch that has begun. */
    public static AttemptOutcome outcome(BatchTask task, Dispatch.Begun begun, AttemptEnd.Outcome outcome) {
        boolean completed = outcome == AttemptEnd.Outcome.COMPLETED;
        return new AttemptOutcome(
                task.taskId(),
                task.index(),
                begun.attempt(),
                begun.epoch(),
                "agent-1",
                outcome,
                completed ? "{\"n\":1}" : null,
                completed ? null : "BROKEN",
                completed ? null : "it broke",
                true,
                Usage.NONE,
                Duration.ZERO,
                null,
                false);
    }

    /** The same outcome, as this worker tells of it. */
    public static AttemptOutcome of(AttemptOutcome outcome, @Nullable String workerId) {
        return of(outcome, outcome.ran(), workerId);
    }

    /** The same outcome, of an attempt that ran for so long. */
    public static AttemptOutcome of(AttemptOutcome outcome, Duration ran) {
        return of(outcome, ran, outcome.workerId());
    }

    private static AttemptOutcome of(AttemptOutcome outcome, Duration ran, @Nullable String workerId) {
        return new AttemptOutcome(
                outcome.taskId(),
                outcome.index(),
                outcome.attempt(),
                outcome.epoch(),
                outcome.agentId(),
                outcome.outcome(),
                outcome.result(),
                outcome.errorCode(),
                outcome.errorMessage(),
                outcome.retryable(),
                outcome.usage(),
                ran,
                workerId,
                false);
    }

    /** Records outcomes of one run's attempts, as {@link #record(OutcomeStore, List)} does; what becomes ready by them stays in the backlog. */
    public static Recorded record(OutcomeStore outcomes, RunKey run, RunKind kind, List<AttemptOutcome> ended) {
        return record(outcomes, List.of(new RunOutcomes(run, kind, ended, FollowUp.NONE, false)))
                .getFirst();
    }

    /** Records outcomes, and passes ends on to tasks of other runs. */
    public static List<Recorded> record(OutcomeStore outcomes, List<RunOutcomes> sets) {
        List<Recorded> recorded = new ArrayList<>();
        outcomes.propagateEnds(outcomes.record(sets, recorded::addAll));
        return recorded;
    }

    public static Decision.Cancellation cancellation(int task) {
        return new Decision.Cancellation(task, "CANCELLED", "by hand");
    }

    /** The planner's state that a further run begins with. */
    public static byte[] plannerState(Resumed resumed) {
        return Planner.resumption(
                resumed.statuses().stream().map(TaskPhase::taking).toList(), resumed.attemptBases(), resumed.paused());
    }

    public TaskStatus status(RunKey run, int index) {
        return batches.load(run, List.of(index)).getFirst().status();
    }
}
