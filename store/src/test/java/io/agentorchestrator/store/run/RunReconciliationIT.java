package io.agentorchestrator.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStart.Resumed;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.RunReconciliation.OpenRun;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import io.agentorchestrator.workflows.planner.TaskPhase;
import io.agentorchestrator.workflows.run.RunInput;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunReconciliationIT {
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());
    private static final Duration LONG = Duration.ofHours(1);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Attempts attempts = new Attempts(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final CommandStore commands = new CommandStore(database.dataSource(), IDS);
    private final RunStartStore starts = new RunStartStore(database.dataSource());
    private final RunReconciliation reconciliation = new RunReconciliation(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRunThatWasLostGoesOnWithItsOpenTasksWhereTheyAre() {
        RunKey lost = runInEveryStatus();

        RunStart start = reconciliation.restart(lost).orElseThrow();

        assertThat(start.key()).isEqualTo(new RunKey(lost.runId(), 2));
        assertThat(start.kind()).isEqualTo(RunKind.DAG);
        assertThat(start.name()).isEqualTo("test");
        assertThat(start.plannerVersion()).isEqualTo(RunInput.CURRENT_PLANNER_VERSION);
        assertThat(start.released()).isEmpty();
        assertThat(start.taskKeys())
                .containsExactly(
                        "completed", "running", "released", "queued", "waiting", "backoff", "failed", "cancelled");
        Planner planner = planner(start);
        assertThat(planner.tasksIn(TaskPhase.COMPLETED)).containsExactly(0);
        assertThat(planner.tasksIn(TaskPhase.DETACHED)).containsExactly(1, 5);
        assertThat(planner.tasksIn(TaskPhase.READY)).containsExactly(2);
        assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(3, 4);
        assertThat(planner.tasksIn(TaskPhase.FAILED)).containsExactly(6);
        assertThat(planner.tasksIn(TaskPhase.CANCELLED)).containsExactly(7);
        assertThat(planner.isPaused()).isFalse();
        assertThat(texts("select task_index || ' ' || run_number from task_state order by task_index"))
                .containsExactly("0 1", "1 2", "2 2", "3 2", "4 2", "5 2", "6 1", "7 1");
        assertThat(runs()).containsExactly("1 FAILED 0 1 1 dag", "2 STARTING 5 1 1 dag");
    }

    @Test
    void theTakenOverRunIsCountedToItsEnd() {
        RunKey lost = runInEveryStatus();
        AttemptOutcome underTheLostNumber = attempts.begin(lost, 3, AttemptEnd.Outcome.COMPLETED);
        RunKey next = reconciliation.restart(lost).orElseThrow().key();
        starts.started(List.of(next));

        assertThat(Attempts.record(outcomes, lost, RunKind.DAG, List.of(underTheLostNumber))
                        .accepted())
                .isEmpty();
        for (int index : List.of(1, 2, 3, 4, 5)) {
            Attempts.record(
                    outcomes, next, RunKind.DAG, List.of(attempts.begin(next, index, AttemptEnd.Outcome.COMPLETED)));
        }

        assertThat(runs()).containsExactly("1 FAILED 0 1 1 dag", "2 FAILED 0 1 1 dag");
    }

    @Test
    void restartingTheLostRunAgainDoesNothingWhoeverComesFirst() throws Exception {
        RunKey lost = runInEveryStatus();
        List<Callable<Boolean>> reconcilers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            reconcilers.add(() -> reconciliation.restart(lost).isPresent());
        }
        int restarted = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> reconciler : pool.invokeAll(reconcilers)) {
                restarted += reconciler.get() ? 1 : 0;
            }
        }

        assertThat(restarted).isEqualTo(1);
        assertThat(reconciliation.restart(lost)).isEmpty();
        assertThat(reconciliation.restart(new RunKey(lost.runId(), 2))).isEmpty();
        assertThat(runs()).hasSize(2);
    }

    @Test
    void aStartOfTheFurtherRunThatBrokeOffIsRepeatedFromTheRows() {
        RunStart start = reconciliation.restart(runInEveryStatus()).orElseThrow();

        assertThat(starts.takeOverStuck(Duration.ZERO, 10)).singleElement().satisfies(again -> {
            assertThat(again.key()).isEqualTo(start.key());
            assertThat(again.released()).isEmpty();
            assertThat(Attempts.plannerState(resumed(again))).isEqualTo(Attempts.plannerState(resumed(start)));
        });
    }

    @Test
    void aRunThatIsLostAgainAndAgainIsLeftAloneForAWhile() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        for (int number = 1; number <= 5; number++) {
            begun();
            assertThat(reconciliation.restart(new RunKey(run.runId(), number))).isPresent();
        }
        begun();
        RunKey sixth = new RunKey(run.runId(), 6);

        assertThat(reconciliation.restart(sixth)).isEmpty();
        database.client()
                .sql("update run set created_at = created_at - interval '10 minutes'")
                .update();
        assertThat(reconciliation.restart(sixth)).isPresent();
    }

    @Test
    void cancelsAreDeliveredAgainAndAPauseIsTakenOver() {
        RunKey lost = runInEveryStatus();
        commands.cancelTask("default", "ann", task(lost, 1), "open");
        commands.cancelTask("default", "ann", task(lost, 5), "ended by then");
        commands.cancelDag("default", "ann", lost.runId(), "all");
        commands.pauseDag("default", "ann", lost.runId(), "hold");
        database.client()
                .sql("update command set acknowledged_at = now(), attempted_at = now()")
                .update();
        commands.resumeDag("default", "ann", lost.runId(), "on");
        commands.pauseDag("default", "ann", lost.runId(), "hold again");
        database.client()
                .sql("update task_state set status = 'FAILED' where task_index = 5")
                .update();

        RunStart start = reconciliation.restart(lost).orElseThrow();

        assertThat(planner(start).isPaused()).isTrue();
        assertThat(resumed(start).lastToggle())
                .isEqualTo(database.client()
                        .sql("select max(sequence) from command where kind = 'PAUSE'")
                        .query(Long.class)
                        .single());
        assertThat(texts("select reason from command where acknowledged_at is null order by sequence"))
                .containsExactly("open", "all", "on", "hold again");
        assertThat(texts("select paused::text from run where run_number = 2")).containsExactly("true");
    }

    @Test
    void aGroupThatWasLostGoesOnWithAllItsMembers() {
        List<UUID> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(submissions.task("t", Priority.NORMAL));
        }
        RunStart first = claim();
        starts.started(List.of(first.key()));
        Attempts.record(
                outcomes,
                first.key(),
                RunKind.GROUP,
                List.of(attempts.begin(first.key(), 1, AttemptEnd.Outcome.COMPLETED)));

        RunStart start = reconciliation.restart(first.key()).orElseThrow();

        assertThat(start.kind()).isEqualTo(RunKind.GROUP);
        assertThat(start.plan()).isEqualTo(first.plan());
        assertThat(start.released()).isEmpty();
        assertThat(planner(start).tasksIn(TaskPhase.READY)).containsExactly(0, 2);
        assertThat(planner(start).tasksIn(TaskPhase.COMPLETED)).containsExactly(1);
        assertThat(runs()).containsExactly("1 FAILED 0 0 0 group", "2 STARTING 2 0 0 group");
        assertThat(texts("select workflow_id from run where run_number = 2"))
                .containsExactly("group-" + first.key().runId() + "-2");
        assertThat(tasks).hasSize(3);
    }

    @Test
    void aLostRunOfWhichNothingIsOpenOnlyEnds() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        begun();
        database.client().sql("update task_state set status = 'COMPLETED'").update();

        assertThat(reconciliation.restart(run)).isEmpty();
        assertThat(runs()).containsExactly("1 COMPLETED 0 0 0 dag");
    }

    @Test
    void aRunThatAnOperatorStoppedEndsWithAllThatIsOpenInItAndOutsideIt() {
        RunKey run = runInEveryStatus();
        UUID child = submissions.task("t", Priority.NORMAL, List.of(task(run, 4)));

        assertThat(reconciliation.terminate(run, "terminated in Temporal"))
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.taskId()).isEqualTo(task(run, 1));
                    assertThat(told.agentId()).isEqualTo("agent-1");
                    assertThat(told.epoch()).isEqualTo(1);
                });

        assertThat(runs()).containsExactly("1 CANCELLED 0 1 6 dag");
        assertThat(texts("select task_index::text from task_state where error_code = 'RUN_TERMINATED'"
                        + " and error_message = 'terminated in Temporal' and status = 'CANCELLED' order by task_index"))
                .containsExactly("1", "2", "3", "4", "5");
        assertThat(texts("select status || ' ' || error_code from task_state where task_id = '" + child + "'"))
                .containsExactly("CANCELLED UPSTREAM_CANCELLED");
        assertThat(reconciliation.terminate(run, "again")).isEmpty();
        assertThat(reconciliation.restart(run)).isEmpty();
    }

    @Test
    void looksForEachRunInItsTurnAndForSuspectsFirst() {
        List<RunKey> runs = submissions.dags(3, OnFailure.CONTINUE, Node.of("a"));
        assertThat(reconciliation.takeUnverified(Duration.ZERO, 10)).isEmpty();
        begun();
        RunKey suspect = runs.get(1);
        reconciliation.suspect(suspect);

        assertThat(reconciliation.takeUnverified(Duration.ZERO, 1))
                .containsExactly(new OpenRun(suspect, RunKind.DAG, "default"));
        assertThat(reconciliation.takeUnverified(LONG, 10)).isEmpty();
        reconciliation.suspect(suspect);
        reconciliation.verified(List.of(suspect));
        assertThat(reconciliation.takeUnverified(LONG, 10)).isEmpty();
        assertThat(reconciliation.takeUnverified(Duration.ZERO, 10)).hasSize(3);
    }

    /** A DAG with a task in each status, as it is in the middle of its run. */
    private RunKey runInEveryStatus() {
        RunKey run = submissions.dag(
                OnFailure.CONTINUE,
                "{}",
                Node.of("completed"),
                Node.of("running"),
                Node.of("released"),
                Node.of("queued"),
                Node.of("waiting", "running"),
                Node.of("backoff"),
                Node.of("failed"),
                Node.of("cancelled"));
        begun();
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED)));
        attempts.begin(run, 1, AttemptEnd.Outcome.COMPLETED);
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 5, AttemptEnd.Outcome.FAILED)));
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 6, AttemptEnd.Outcome.FAILED)));
        outcomes.recordDecisions(
                run,
                List.of(new Decision.Failure(6, 1, "BROKEN")),
                List.of(new Decision.Cancellation(7, "CANCELLED", "by hand")),
                List.of(),
                false,
                Map.of());
        database.client()
                .sql("update task_state set status = 'RELEASED' where task_index = 2")
                .update();
        return run;
    }

    private void begun() {
        database.client()
                .sql("update run set status = 'RUNNING', started_at = now(), verified_at = now()")
                .update();
    }

    private RunStart claim() {
        FixedCredit credit = FixedCredit.of("t", 10);
        return new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE)
                .claim(credit, 10, BacklogStore.Starts.ALL)
                .starts()
                .getFirst();
    }

    private static Planner planner(RunStart start) {
        return Planner.restore(
                PlanCodec.decode(start.plan()),
                new PlannerSettings(start.plannerVersion(), 50, 100),
                (_, _) -> 0.5,
                Attempts.plannerState(resumed(start)));
    }

    private static Resumed resumed(RunStart start) {
        return Objects.requireNonNull(start.resumed());
    }

    private UUID task(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .query(UUID.class)
                .single();
    }

    private List<String> runs() {
        return texts("""
                select run_number || ' ' || status || ' ' || open_count || ' ' || failed_count || ' ' || cancelled_count
                  || ' ' || lower(kind::text)
                from run order by run_number
                """);
    }

    private List<String> texts(String sql) {
        return database.client().sql(sql).query(String.class).list();
    }
}
