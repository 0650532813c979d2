package io.agentorchestrator.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutcomeStoreIT {
    private static final Map<String, TypeTerms> LEAVE = Map.of("t", new TypeTerms(true, null));

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Attempts attempts = new Attempts(database.dataSource());
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRunEndsOnceAsThePlannerWouldHaveIt() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("failed"), Node.of("atAgent"));
        AttemptOutcome failed = begin(run, 0, AttemptEnd.Outcome.FAILED);
        Attempts.record(outcomes, run, RunKind.DAG, List.of(failed));
        outcomes.recordDecisions(
                run, List.of(new Decision.Failure(0, 1, "BROKEN")), List.of(), List.of(), true, Map.of());
        AttemptOutcome stopped = begin(run, 1, AttemptEnd.Outcome.CANCELLED);
        new CommandStore(database.dataSource(), new Uuid7(Clock.systemUTC()))
                .cancelDag("default", "ann", run.runId(), "all of it");

        Attempts.record(outcomes, run, RunKind.DAG, List.of(stopped));
        new RunStore(database.dataSource()).finish(run, RunStatus.FAILED);

        assertThat(database.client()
                        .sql("select status from event where task_id is null order by xid, sequence")
                        .query(String.class)
                        .list())
                .containsExactly("PENDING", "CANCELLED");
    }

    @Test
    void recordsAnOutcomeOnceAndDropsTheLateOne() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        AttemptOutcome outcome = begin(run, 0, AttemptEnd.Outcome.COMPLETED);

        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(outcome)).accepted())
                .containsExactly(0);
        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(outcome)).accepted())
                .isEmpty();
        assertThat(count("select count(*) from task_attempt")).isEqualTo(1);
        assertThat(text("select status::text from run")).isEqualTo("COMPLETED");
    }

    @Test
    void setsOfManyRunsAreRecordedTogetherEachWithWhatCameOfIt() {
        RunKey chain = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
        RunKey single = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        RunKey other = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        AttemptOutcome ofChain = begin(chain, 0, AttemptEnd.Outcome.COMPLETED);
        AttemptOutcome ofSingle = begin(single, 0, AttemptEnd.Outcome.COMPLETED);
        AttemptOutcome first = begin(other, 0, AttemptEnd.Outcome.COMPLETED);
        AttemptOutcome second = begin(other, 1, AttemptEnd.Outcome.FAILED);

        List<Recorded> recorded = Attempts.record(
                outcomes,
                List.of(
                        new RunOutcomes(other, RunKind.DAG, List.of(second), FollowUp.NONE, false),
                        new RunOutcomes(chain, RunKind.DAG, List.of(ofChain), new FollowUp(LEAVE, Map.of()), false),
                        new RunOutcomes(single, RunKind.DAG, List.of(ofSingle), FollowUp.NONE, false),
                        new RunOutcomes(other, RunKind.DAG, List.of(first), FollowUp.NONE, false),
                        new RunOutcomes(chain, RunKind.DAG, List.of(ofChain), new FollowUp(LEAVE, Map.of()), false)));

        assertThat(recorded)
                .containsExactly(
                        new Recorded(Set.of(1), List.of(), List.of(), List.of(), false),
                        new Recorded(Set.of(0), List.of(1), List.of(), List.of(), false),
                        new Recorded(Set.of(0), List.of(), List.of(), List.of(), true),
                        new Recorded(Set.of(0), List.of(), List.of(), List.of(), false),
                        new Recorded(Set.of(), List.of(), List.of(), List.of(), false));
        assertThat(count("select count(*) from task_attempt")).isEqualTo(4);
        assertThat(count("select sum(open_count) from run")).isEqualTo(2);
    }

    @Test
    void dropsTheOutcomeOfAnEarlierDispatch() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        AttemptOutcome early = begin(run, 0, AttemptEnd.Outcome.FAILED);
        BatchTask task = batches.load(run, List.of(0)).getFirst();
        Dispatch.Begun second = batches.dispatch(
                        "worker-1", Map.of(run, List.of(new Dispatch(task.taskId(), early.epoch(), "b", null))))
                .getFirst();

        assertThat(second.attempt()).isEqualTo(early.attempt());
        assertThat(second.epoch()).isEqualTo(early.epoch() + 1);
        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(early)).accepted())
                .isEmpty();
    }

    @Test
    void onlyOneOfConcurrentRecordingsWins() throws Exception {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
        AttemptOutcome completed = begin(run, 0, AttemptEnd.Outcome.COMPLETED);
        List<Callable<Integer>> recordings = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            recordings.add(() -> Attempts.record(outcomes, run, RunKind.DAG, List.of(completed))
                    .accepted()
                    .size());
        }
        int accepted = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> recording : pool.invokeAll(recordings)) {
                accepted += recording.get();
            }
        }

        assertThat(accepted).isEqualTo(1);
        assertThat(count("select waiting_on from task_state where task_index = 1"))
                .isZero();
        assertThat(count("select open_count from run")).isEqualTo(1);
    }

    @Test
    void recordsFailureCancellationAndTheRunsEndRepeatably() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
        AttemptOutcome failed = begin(run, 0, AttemptEnd.Outcome.FAILED);
        Attempts.record(outcomes, run, RunKind.DAG, List.of(failed));
        assertThat(status(run, 0)).isEqualTo(TaskStatus.BACKOFF);

        for (int repeat = 0; repeat < 2; repeat++) {
            outcomes.recordDecisions(
                    run,
                    List.of(new Decision.Failure(0, 1, "BROKEN")),
                    List.of(new Decision.Cancellation(1, "UPSTREAM_FAILED", "task a failed")),
                    List.of(),
                    false,
                    Map.of());
        }

        assertThat(status(run, 0)).isEqualTo(TaskStatus.FAILED);
        assertThat(status(run, 1)).isEqualTo(TaskStatus.CANCELLED);
        assertThat(text("select status || ' ' || open_count || ' ' || failed_count || ' ' || cancelled_count from run"))
                .isEqualTo("FAILED 0 1 1");
        assertThat(text("select error_code from task_state where task_index = 1"))
                .isEqualTo("UPSTREAM_FAILED");
    }

    @Test
    void letsDependentsGoOnAfterAFailureWhereTheDagSaysSo() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b", "a"));
        Attempts.record(outcomes, run, RunKind.DAG, List.of(begin(run, 0, AttemptEnd.Outcome.FAILED)));

        List<Integer> releases = outcomes.recordDecisions(
                run, List.of(new Decision.Failure(0, 1, "BROKEN")), List.of(), List.of(), true, LEAVE);

        assertThat(releases).containsExactly(1);
    }

    @Test
    void countsTheNextAttemptAfterARequeueAndNoneAfterARefusal() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        Attempts.record(outcomes, run, RunKind.DAG, List.of(begin(run, 0, AttemptEnd.Outcome.FAILED)));
        assertThat(outcomes.recordDecisions(run, List.of(), List.of(), List.of(0), false, LEAVE))
                .containsExactly(0);
        BatchTask task = batches.load(run, List.of(0)).getFirst();

        Dispatch.Begun refused = batches.dispatch(
                        "worker-1", Map.of(run, List.of(new Dispatch(task.taskId(), 1, "x", null))))
                .getFirst();
        assertThat(refused).isEqualTo(new Dispatch.Begun(task.taskId(), 2, 2, 1));
        Dispatch.Begun again = batches.dispatch(
                        "worker-1", Map.of(run, List.of(new Dispatch(task.taskId(), 2, "y", null))))
                .getFirst();

        assertThat(again).isEqualTo(new Dispatch.Begun(task.taskId(), 2, 3, 2));
    }

    @Test
    void cancelsWhatNoAgentWasOfferedAndLeavesTheRestToTheirAgents() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        AttemptOutcome running = begin(run, 0, AttemptEnd.Outcome.COMPLETED);
        List<Decision.Cancellation> both = List.of(
                new Decision.Cancellation(0, "CANCELLED", "by hand"),
                new Decision.Cancellation(1, "CANCELLED", "by hand"));

        outcomes.cancelUnoffered(run, both);

        assertThat(status(run, 0)).isEqualTo(TaskStatus.RUNNING);
        assertThat(status(run, 1)).isEqualTo(TaskStatus.CANCELLED);
        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(running)).accepted())
                .containsExactly(0);
        assertThat(text("select status || ' ' || open_count from run")).isEqualTo("CANCELLED 0");
    }

    @Test
    void recordsACancellationOfATaskThatALostBatchDispatchedAfterAll() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        AttemptOutcome late = begin(run, 0, AttemptEnd.Outcome.COMPLETED);

        outcomes.recordDecisions(
                run,
                List.of(),
                List.of(new Decision.Cancellation(0, "CANCELLED", "by hand")),
                List.of(),
                false,
                Map.of());

        assertThat(status(run, 0)).isEqualTo(TaskStatus.CANCELLED);
        assertThat(Attempts.record(outcomes, run, RunKind.DAG, List.of(late)).accepted())
                .isEmpty();
    }

    @Test
    void releasesNothingInAPausedRunAndLeavesItInTheBacklog() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c"));
        AttemptOutcome completed = begin(run, 0, AttemptEnd.Outcome.COMPLETED);
        Attempts.record(outcomes, run, RunKind.DAG, List.of(begin(run, 2, AttemptEnd.Outcome.FAILED)));
        database.client().sql("update run set paused = true").update();

        assertThat(Attempts.record(
                                outcomes,
                                List.of(new RunOutcomes(
                                        run, RunKind.DAG, List.of(completed), new FollowUp(LEAVE, Map.of()), false)))
                        .getFirst()
                        .released())
                .isEmpty();
        assertThat(outcomes.recordDecisions(run, List.of(), List.of(), List.of(2), false, LEAVE))
                .isEmpty();
        assertThat(status(run, 1)).isEqualTo(TaskStatus.QUEUED);
        assertThat(status(run, 2)).isEqualTo(TaskStatus.QUEUED);
    }

    @Test
    void takesReleasesBackThatAPausedRunHandsBack() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        begin(run, 1, AttemptEnd.Outcome.COMPLETED);
        database.client()
                .sql("update task_state set status = 'RELEASED', released_at = now() where task_index = 0")
                .update();
        database.client().sql("update run set paused = true").update();

        outcomes.recordDecisions(run, List.of(), List.of(), List.of(0, 1), false, Map.of());

        assertThat(status(run, 0)).isEqualTo(TaskStatus.QUEUED);
        assertThat(status(run, 1)).isEqualTo(TaskStatus.RUNNING);
        assertThat(count("select count(*) from task_state where released_at is not null and task_index = 0"))
                .isZero();
    }

    private AttemptOutcome begin(RunKey run, int index, AttemptEnd.Outcome outcome) {
        return attempts.begin(run, index, outcome);
    }

    private TaskStatus status(RunKey run, int index) {
        return batches.load(run, List.of(index)).getFirst().status();
    }

    private int count(String sql) {
        return database.client().sql(sql).query(Integer.class).single();
    }

    private String text(String sql) {
        return database.client().sql(sql).query(String.class).single();
    }
}
