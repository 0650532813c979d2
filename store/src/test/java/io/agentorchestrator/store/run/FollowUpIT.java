package io.agentorchestrator.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.run.Recorded.Dispatched;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.release.Rank;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of dependents in the transaction that records what they wait for. */
class FollowUpIT {
    private static final TypeTerms HEADROOM = new TypeTerms(true, new Rank(Long.MIN_VALUE, new UUID(0, 0)));
    private static final TypeTerms ALONE = new TypeTerms(false, null);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Attempts attempts = new Attempts(database.dataSource());
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());

    private final RunKey run =
            submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c", "a", "b"));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void staysInTheBacklogWhereNothingIsSaidOfItsType() {
        Recorded recorded = complete(0, FollowUp.NONE, null);

        assertThat(recorded.queued()).containsExactly(1);
        assertThat(recorded.released()).isEmpty();
        assertThat(status(1)).isEqualTo(TaskStatus.QUEUED);
        assertThat(status(2)).isEqualTo(TaskStatus.WAITING);
    }

    @Test
    void leavesTheBacklogWhereThereIsHeadroomOrNobodyCompetes() {
        for (TypeTerms terms : List.of(HEADROOM, ALONE)) {
            RunKey dag = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
            AttemptOutcome outcome = attempts.begin(dag, 0, AttemptEnd.Outcome.COMPLETED);

            Recorded recorded = Attempts.record(
                            outcomes,
                            List.of(new RunOutcomes(
                                    dag,
                                    RunKind.DAG,
                                    List.of(outcome),
                                    new FollowUp(Map.of("t", terms), Map.of()),
                                    false)))
                    .getFirst();

            assertThat(recorded.released()).containsExactly(1);
            assertThat(attempts.status(dag, 1)).isEqualTo(TaskStatus.RELEASED);
        }
        assertThat(texts("select (queued_at = released_at)::text from task_state where status = 'RELEASED'"))
                .containsExactly("true", "true");
    }

    @Test
    void leavesTheBacklogOnlyBeforeTheBestThatWaits() {
        long ofNormalNow = System.currentTimeMillis() - Duration.ofHours(12).toMillis();

        assertThat(complete(0, terms(new Rank(ofNormalNow - 60_000, UUID.randomUUID())), null)
                        .queued())
                .containsExactly(1);
        assertThat(complete(1, terms(new Rank(ofNormalNow + 60_000, UUID.randomUUID())), null)
                        .released())
                .containsExactly(2);
    }

    @Test
    void isDispatchedToTheAgentWhoseSlotItInherits() {
        Recorded recorded = complete(0, new FollowUp(Map.of("t", ALONE), Map.of(1, "agent-7")), "worker-1");

        BatchTask task = batches.load(run, List.of(1)).getFirst();
        assertThat(recorded.dispatched()).containsExactly(new Dispatched(1, task.taskId(), 1, 1, "agent-7"));
        assertThat(recorded.released()).isEmpty();
        assertThat(task.status()).isEqualTo(TaskStatus.DISPATCHED);
        assertThat(task.workerId()).isEqualTo("worker-1");
        assertThat(task.attemptEpochs()).isEqualTo(1);
        assertThat(task.startedAt()).isNull();
    }

    @Test
    void staysInTheBacklogIfItNeedsAClaim() {
        database.client()
                .sql("update task_state set needs_claim = true where task_index = 1")
                .update();

        assertThat(complete(0, new FollowUp(Map.of("t", HEADROOM), Map.of(1, "agent-7")), "worker-1")
                        .queued())
                .containsExactly(1);
    }

    @Test
    void isNotDispatchedAfterItsDeadline() {
        database.client()
                .sql("update task_state set deadline = now() - interval '1 second' where task_index = 1")
                .update();

        assertThat(complete(0, new FollowUp(Map.of("t", ALONE), Map.of(1, "agent-7")), "worker-1")
                        .released())
                .containsExactly(1);
    }

    @Test
    void staysInTheBacklogOfAPausedRun() {
        AttemptOutcome outcome = attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED);
        database.client().sql("update run set paused = true").update();
        FollowUp followUp = new FollowUp(Map.of("t", HEADROOM), Map.of(1, "agent-7"));

        assertThat(record(outcome, followUp, "worker-1").queued()).containsExactly(1);
    }

    @Test
    void countsOnlyWhatTheWatcherSays() {
        AttemptOutcome outcome = attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED);

        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(Attempts.of(outcome, "worker-2")))
                        .accepted())
                .isEmpty();
        assertThat(batches.takeOver("worker-2", run, Map.of(outcome.taskId(), 1)))
                .containsExactly(outcome.taskId());
        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(Attempts.of(outcome, "worker-1")))
                        .accepted())
                .isEmpty();
        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(Attempts.of(outcome, "worker-2")))
                        .accepted())
                .containsExactly(0);
    }

    private Recorded complete(int index, FollowUp followUp, @Nullable String workerId) {
        return record(attempts.begin(run, index, AttemptEnd.Outcome.COMPLETED), followUp, workerId);
    }

    private Recorded record(AttemptOutcome outcome, FollowUp followUp, @Nullable String workerId) {
        return Attempts.record(
                        outcomes,
                        List.of(new RunOutcomes(
                                run, RunKind.DAG, List.of(Attempts.of(outcome, workerId)), followUp, false)))
                .getFirst();
    }

    private static FollowUp terms(Rank bestQueued) {
        return new FollowUp(Map.of("t", new TypeTerms(false, bestQueued)), Map.of());
    }

    private TaskStatus status(int index) {
        return attempts.status(run, index);
    }

    private List<String> texts(String sql) {
        return database.client().sql(sql).query(String.class).list();
    }
}
