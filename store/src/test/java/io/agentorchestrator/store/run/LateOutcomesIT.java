package io.agentorchestrator.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outcomes that come late, and failures that come of deadlines. */
class LateOutcomesIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Attempts attempts = new Attempts(database.dataSource());
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b", "a"));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theCostOfALateOutcomeIsBookedOnceAndChangesNothingElse() {
        AttemptOutcome late = costing(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED), 700);
        AttemptOutcome recorded = costing(dispatchAgain(late), 50);
        Attempts.record(outcomes, run, RunKind.DAG, List.of(recorded));

        assertThat(outcomes.bookLate(run, List.of(late))).isEqualTo(1);
        assertThat(outcomes.bookLate(run, List.of(late))).isZero();

        assertThat(cost(late.taskId())).isEqualTo(750);
        assertThat(attempts.status(run, 0).name()).isEqualTo("COMPLETED");
        assertThat(
                        texts(
                                "select concat_ws(' ', attempt, epoch, agent_id, outcome, cost_micro_usd, input_tokens) from late_outcome"))
                .containsExactly("1 1 agent-1 COMPLETED 700 3");
    }

    @Test
    void theRecordedOutcomeIsNotLateHoweverOftenItComes() {
        AttemptOutcome recorded = costing(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED), 50);
        Attempts.record(outcomes, run, RunKind.DAG, List.of(recorded));

        assertThat(outcomes.bookLate(run, List.of(recorded))).isZero();
        assertThat(cost(recorded.taskId())).isEqualTo(50);
    }

    @Test
    void anOutcomeThatMayYetBeRecordedIsNotLate() {
        AttemptOutcome open = costing(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED), 50);

        assertThat(outcomes.bookLate(run, List.of(open))).isZero();
        Attempts.record(outcomes, run, RunKind.DAG, List.of(open));
        assertThat(cost(open.taskId())).isEqualTo(50);
    }

    @Test
    void theCostOfATaskThatAnotherHasTakenThePlaceOfIsBookedAllTheSame() {
        AttemptOutcome late = costing(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED), 700);
        database.client()
                .sql("update task_state set status = 'FAILED', run_id = null where task_index = 0")
                .update();

        assertThat(outcomes.bookLate(run, List.of(late))).isEqualTo(1);
    }

    @Test
    void aDeadlineFailsATaskWhereverItIsAndOneThatALostBatchHandedOverAfterAll() {
        for (String status : List.of("PENDING", "WAITING", "QUEUED", "RELEASED", "BACKOFF", "DISPATCHED", "RUNNING")) {
            RunKey dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b", "a"));
            set(dag, 0, status);

            outcomes.recordDecisions(dag, List.of(expired(0)), List.of(), List.of(), true, Map.of());

            assertThat(texts(
                            "select concat_ws(' ', status, error_code, error_message) from task_state"
                                    + " where run_id = ? order by task_index",
                            dag.runId()))
                    .as(status)
                    .containsExactly("FAILED DEADLINE_EXCEEDED " + DeadlineStore.MESSAGE, "QUEUED");
            assertThat(texts("select concat_ws(' ', open_count, failed_count) from run where run_id = ?", dag.runId()))
                    .containsExactly("1 1");
        }
    }

    @Test
    void whatDependsOnATaskThatWasCancelledWhileThePlannerLetItFailGoesOnOnce() {
        RunKey dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"), Node.of("c", "a", "b"));
        set(dag, 0, "CANCELLED");

        for (int time = 0; time < 2; time++) {
            outcomes.recordDecisions(dag, List.of(expired(0)), List.of(), List.of(), true, Map.of());
            assertThat(texts(
                            "select concat_ws(' ', status, greatest(waiting_on, 0)) from task_state"
                                    + " where run_id = ? order by task_index",
                            dag.runId()))
                    .containsExactly("CANCELLED 0", "QUEUED 0", "WAITING 1");
        }
    }

    @Test
    void anotherFailureTakesNothingButABackoff() {
        set(run, 0, "QUEUED");

        outcomes.recordDecisions(
                run, List.of(new Decision.Failure(0, 1, "BROKEN")), List.of(), List.of(), false, Map.of());

        assertThat(attempts.status(run, 0).name()).isEqualTo("QUEUED");
    }

    @Test
    void aDeadlineThatPassesDuringABackoffTellsOfTheLastAttemptAndItsOwnAttemptsErrorIsKept() {
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 0, AttemptEnd.Outcome.FAILED)));
        outcomes.recordDecisions(run, List.of(expired(0)), List.of(), List.of(), true, Map.of());
        assertThat(texts("select error_code || ' ' || error_message from task_state where task_index = 0"))
                .containsExactly("DEADLINE_EXCEEDED " + DeadlineStore.MESSAGE
                        + "; its last attempt failed with BROKEN: it broke");

        AttemptOutcome broken = attempts.begin(run, 1, AttemptEnd.Outcome.FAILED);
        Attempts.record(
                outcomes,
                run,
                RunKind.DAG,
                List.of(new AttemptOutcome(
                        broken.taskId(),
                        1,
                        broken.attempt(),
                        broken.epoch(),
                        "agent-1",
                        AttemptEnd.Outcome.FAILED,
                        null,
                        EndCodes.DEADLINE_EXCEEDED,
                        "stopped at the agent",
                        false,
                        Usage.NONE,
                        Duration.ZERO,
                        null,
                        false)));
        outcomes.recordDecisions(run, List.of(expired(1)), List.of(), List.of(), true, Map.of());
        assertThat(texts("select error_message from task_state where task_index = 1"))
                .containsExactly("stopped at the agent");
    }

    private static Decision.Failure expired(int task) {
        return new Decision.Failure(task, 0, EndCodes.DEADLINE_EXCEEDED);
    }

    private AttemptOutcome dispatchAgain(AttemptOutcome before) {
        BatchTask task = batches.load(run, List.of(before.index())).getFirst();
        return Attempts.outcome(
                task,
                batches.dispatch(
                                "worker-1",
                                Map.of(run, List.of(new Dispatch(task.taskId(), before.epoch(), "agent-2", null))))
                        .getFirst(),
                AttemptEnd.Outcome.COMPLETED);
    }

    private static AttemptOutcome costing(AttemptOutcome outcome, long costMicroUsd) {
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
                new Usage(costMicroUsd, 3, 4),
                Duration.ZERO,
                null,
                false);
    }

    private long cost(UUID task) {
        return new TaskReader(database.dataSource())
                .find("default", task)
                .orElseThrow()
                .usage()
                .costMicroUsd()
                .longValueExact();
    }

    private void set(RunKey dag, int index, String status) {
        database.client()
                .sql("update task_state set status = ?::task_status where run_id = ? and task_index = ?")
                .params(status, dag.runId(), index)
                .update();
    }

    private List<String> texts(String sql, Object... params) {
        return database.client().sql(sql).params(params).query(String.class).list();
    }
}
