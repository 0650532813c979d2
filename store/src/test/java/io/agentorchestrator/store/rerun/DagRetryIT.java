package io.agentorchestrator.store.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.rerun.RetryAnswer.NotEnded;
import io.agentorchestrator.store.rerun.RetryAnswer.Started;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Event;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import io.agentorchestrator.workflows.planner.TaskPhase;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DagRetryIT {
    private static final RetryRequest PLAIN = new RetryRequest(List.of(), Map.of(), "once more");
    private static final Node[] DIAMOND = {
        Node.of("a"), Node.of("b", "a"), Node.of("c", "a"), Node.of("d", "b", "c"), Node.of("e")
    };

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final DagInTest dags = new DagInTest(database);
    private final CommandStore commands = new CommandStore(database.dataSource(), DagInTest.IDS);
    private final DagRerun rerun = new DagRerun(database.dataSource(), DagInTest.IDS);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatDidNotCompleteRunsAgainAndTheRestIsKept() {
        RunKey first = failedDiamond();

        Started started = started(retry(first, PLAIN));

        assertThat(started.run()).isEqualTo(new RunKey(first.runId(), 2));
        assertThat(started.keys()).containsExactly("b", "d");
        assertThat(dags.tasks(first))
                .containsExactly(
                        "a COMPLETED 1 0 1 0",
                        "b QUEUED 2 0 1 1",
                        "c COMPLETED 1 0 1 0",
                        "d WAITING 2 1 0 0",
                        "e COMPLETED 1 0 1 0");
        assertThat(dags.runs(first)).containsExactly("1 FAILED 0 1 1", "2 PENDING 2 0 0");
        assertThat(dags.texts("""
                        select concat_ws(' ', num_nulls(ended_at, error_code, error_message, agent_id, released_at, notified_at,
                            first_started_at, started_at),
                          queued_at is not null)
                        from task_state where run_number = 2 order by task_index
                        """)).containsExactly("8 t", "8 f");
        assertThat(dags.texts("select workflow_id from run where run_number = 2"))
                .containsExactly("dag-" + first.runId() + "-2");
    }

    @Test
    void theFurtherRunStartsByReleaseAndIsCountedToItsEnd() {
        RunKey first = failedDiamond();
        RunKey second = started(retry(first, PLAIN)).run();

        assertThat(dags.release()).singleElement().satisfies(start -> {
            assertThat(start.key()).isEqualTo(second);
            assertThat(start.released()).as("they are part of its state").isEmpty();
            Planner planner = planner(start);
            assertThat(planner.tasksIn(TaskPhase.READY)).containsExactly(1);
            assertThat(planner.tasksIn(TaskPhase.WAITING)).containsExactly(3);
            assertThat(planner.tasksIn(TaskPhase.COMPLETED)).containsExactly(0, 2, 4);
        });
        dags.complete(second, 1, 3);

        assertThat(dags.runs(first)).containsExactly("1 FAILED 0 1 1", "2 COMPLETED 0 0 0");
        assertThat(dags.texts("select concat_ws(' ', run_number, status) from event where task_id is null"
                        + " order by xid, sequence"))
                .containsExactly("1 PENDING", "1 RUNNING", "1 FAILED", "2 PENDING", "2 RUNNING", "2 COMPLETED");
        assertThat(retry(first, PLAIN)).isEqualTo(new RetryAnswer.NothingToRerun());
    }

    @Test
    void aBudgetThatComesWithTheRequestBindsTheFurtherRun() {
        RunKey first = failedDiamond();
        assertThat(dags.texts("select distinct needs_claim::text from task_state"))
                .containsExactly("false");
        database.client().sql("delete from budget_account").update(); // of a version that kept none

        started(retry(first, new RetryRequest(List.of(), Map.of(), "", 7_000_000L, null)));

        assertThat(dags.texts("select concat_ws(' ', cost_limit_micro_usd, on_exceeded) from budget_account"))
                .containsExactly("7000000 FAIL");
        assertThat(dags.texts(
                        "select needs_claim::text from task_state where run_number = 2 and status <> 'COMPLETED'"))
                .isNotEmpty()
                .containsOnly("true");
    }

    @Test
    void aBudgetIsSetOnAnAccountThatCountsAllThatIsSpentAndForNoLess() {
        RunKey first = failedDiamond();
        database.client().sql("""
                        insert into charge (task_id, epoch, tenant, dag_id, task_type, agent_type, cost_micro_usd, input_tokens, output_tokens,
                          is_recorded, charged_at)
                        values (?, 1, 'default', ?, 't', '', 100, 5, 2, true, now())
                        """).params(dags.task(first, 0), first.runId()).update();
        // Of a change that ended between its two transactions.
        database.client().sql("update budget_account set is_complete = false").update();

        assertThat(retry(first, new RetryRequest(List.of(), Map.of(), "", 99L, 7L)))
                .isEqualTo(new RetryAnswer.BelowSpent(100L, null));
        assertThat(retry(first, new RetryRequest(List.of(), Map.of(), "", 100L, 6L)))
                .isEqualTo(new RetryAnswer.BelowSpent(null, 7L));
        assertThat(dags.runs(first)).hasSize(1);
        assertThat(dags.texts("select num_nulls(cost_limit_micro_usd, token_limit)::text from budget_account"))
                .containsExactly("2");

        started(retry(first, new RetryRequest(List.of(), Map.of(), "", 150L, null)));

        assertThat(
                        dags.texts(
                                "select concat_ws(' ', cost_limit_micro_usd, spent_micro_usd, spent_tokens, is_complete) from budget_account"))
                .containsExactly("150 100 7 t");
    }

    @Test
    void attemptsFromBeforeDoNotCountAgainstThePolicyAndTheirNumbersGoOn() {
        RunKey first = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        dags.started(first);
        for (int attempt = 1; attempt <= 3; attempt++) {
            dags.failAttempt(first, 0);
        }
        dags.failForGood(first, 0);
        RunKey second = started(retry(first, PLAIN)).run();
        Planner planner = planner(dags.release().getFirst());
        Decision.DispatchBatch batch =
                (Decision.DispatchBatch) planner.on(new Event.Begun()).getFirst();

        List<Decision> decisions = planner.on(new Event.BatchReturned(
                batch.batch(),
                List.of(new AttemptEnd(0, 4, AttemptEnd.Outcome.FAILED, "BROKEN", true)),
                List.of(),
                List.of(),
                List.of()));

        assertThat(decisions).singleElement().isInstanceOf(Decision.Backoff.class);
        dags.failAttempt(second, 0);
        assertThat(dags.tasks(first)).containsExactly("a BACKOFF 2 0 4 3");
    }

    @Test
    void fromRunsCompletedTasksAgainWithAllThatDependsOnThem() {
        RunKey first = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", DIAMOND);
        dags.started(first);
        dags.complete(first, 0, 1, 2, 3, 4);
        for (int index : List.of(0, 1, 3)) {
            database.client().sql("""
                            insert into task_checkpoint (task_id, tenant, attempt, epoch, sequence, data, recorded_at)
                            values (?, 'default', 1, 1, 7, '', now())
                            """).param(dags.task(first, index)).update();
        }

        assertThat(started(retry(first, new RetryRequest(List.of("b"), Map.of(), "")))
                        .keys())
                .containsExactly("b", "d");

        assertThat(dags.tasks(first))
                .containsExactly(
                        "a COMPLETED 1 0 1 0",
                        "b QUEUED 2 0 1 1",
                        "c COMPLETED 1 0 1 0",
                        "d WAITING 2 1 1 1",
                        "e COMPLETED 1 0 1 0");
        assertThat(dags.texts("select task_id::text from task_checkpoint"))
                .as("of what begins anew, none is left")
                .containsExactly(dags.task(first, 0).toString());
        assertThat(new RunStore(database.dataSource()).results(first.runId(), List.of("a", "b")))
                .extracting(result -> result.key() + " " + (result.result() == null))
                .containsExactlyInAnyOrder("a false", "b true");
    }

    @Test
    void aTaskThatFailedGoesOnFromItsCheckpoint() {
        RunKey first = failedDiamond();
        database.client().sql("""
                        insert into task_checkpoint (task_id, tenant, attempt, epoch, sequence, data, recorded_at)
                        values (?, 'default', 1, 1, 7, '', now())
                        """).param(dags.task(first, 1)).update();

        retry(first, PLAIN);

        assertThat(dags.texts("select sequence::text from task_checkpoint")).containsExactly("7");
    }

    @Test
    void whatCannotBeRunAgainIsNamed() {
        RunKey first = failedDiamond();

        assertThat(retry(
                        first,
                        new RetryRequest(List.of("b", "y", "x", "y"), Map.of("z", new NewPayload("{}", false)), "")))
                .isEqualTo(new RetryAnswer.UnknownKeys(List.of("x", "y", "z")));
        assertThat(rerun.retry("other", "eve", first.runId(), PLAIN)).isEqualTo(new RetryAnswer.NotFound());
        assertThat(rerun.retry("default", "ann", dags.task(first, 0), PLAIN)).isEqualTo(new RetryAnswer.NotFound());
        submissions.task("t", Priority.NORMAL);
        UUID group = dags.release().getFirst().key().runId();
        database.client()
                .sql("update run set status = 'FAILED' where run_id = ?")
                .param(group)
                .update();
        assertThat(rerun.retry("default", "ann", group, PLAIN)).isEqualTo(new RetryAnswer.NotFound());
        assertThat(dags.runs(first)).hasSize(1);
    }

    @Test
    void aDagThatHasNotEndedIsNotRunAgain() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));

        assertThat(retry(run, PLAIN)).isEqualTo(new NotEnded("PENDING"));
        commands.pauseDag("default", "ann", run.runId(), "");
        assertThat(retry(run, PLAIN)).isEqualTo(new NotEnded("PAUSED"));
        database.client()
                .sql("update run set status = 'STARTING', start_requested_at = now()")
                .update();
        commands.cancelDag("default", "ann", run.runId(), "");
        assertThat(dags.runs(run)).containsExactly("1 CANCELLED 0 0 1");
        assertThat(retry(run, PLAIN)).as("its start may yet arrive").isEqualTo(new NotEnded("PENDING"));
        database.client()
                .sql("update run set start_requested_at = now() - interval '61 seconds'")
                .update();
        assertThat(retry(run, PLAIN)).isInstanceOf(Started.class);
        assertThat(retry(run, PLAIN)).isEqualTo(new NotEnded("PENDING"));
    }

    @Test
    void whatWasCommandedToTheRunBeforeIsOverAndACancelIsANewCommand() {
        RunKey first = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"));
        dags.started(first);
        UUID ofTask = commandId(commands.cancelTask("default", "ann", dags.task(first, 1), "one"));
        commands.pauseDag("default", "ann", first.runId(), "hold");
        UUID ofAll = commandId(commands.cancelDag("default", "ann", first.runId(), "all"));
        assertThat(dags.runs(first)).containsExactly("1 CANCELLED 0 0 2");

        Started second = started(retry(first, PLAIN));

        assertThat(dags.texts("select distinct (acknowledged_at is not null)::text from command"))
                .containsExactly("true");
        assertThat(dags.texts("select concat_ws(' ', paused, cancel_all) from run where run_number = 2"))
                .containsExactly("f f");
        assertThat(commands.find("default", second.commandId())).hasValueSatisfying(command -> {
            assertThat(command.kind() + " " + command.reason()).isEqualTo("RETRY once more");
            assertThat(command.acknowledgedAt()).isNotNull();
        });
        assertThat(dags.release())
                .singleElement()
                .satisfies(start -> assertThat(start.commands()).isEmpty());
        assertThat(commandId(commands.cancelTask("default", "ann", dags.task(first, 1), "again")))
                .isNotEqualTo(ofTask);
        UUID again = commandId(commands.cancelDag("default", "ann", first.runId(), "again"));
        assertThat(again).isNotEqualTo(ofAll);
        assertThat(commandId(commands.cancelDag("default", "bob", first.runId(), "me too")))
                .isEqualTo(again);
        assertThat(dags.runs(first)).containsExactly("1 CANCELLED 0 0 2", "2 CANCELLED 0 0 2");
    }

    @Test
    void aLostRunGoesOnWithItsOwnCancelsAndNotWithThoseOfRunsBefore() {
        RunKey first = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"));
        dags.started(first);
        commands.cancelDag("default", "ann", first.runId(), "of the first");
        RunKey second = started(retry(first, PLAIN)).run();
        dags.started(second);
        database.client().sql("update task_state set status = 'RUNNING'").update();
        UUID given = commandId(commands.cancelTask("default", "ann", dags.task(first, 0), "of the second"));
        database.client().sql("update command set acknowledged_at = now()").update();

        RunStart third =
                new RunReconciliation(database.dataSource()).restart(second).orElseThrow();

        assertThat(third.commands()).extracting(CommandSignal::reason).containsExactly("of the second");
        assertThat(dags.texts("select concat_ws(' ', kind, run_number) from command order by sequence"))
                .containsExactly("CANCEL 1", "RETRY 2", "CANCEL 3");
        assertThat(commandId(commands.cancelTask("default", "ann", dags.task(first, 0), "again")))
                .isEqualTo(given);
    }

    @Test
    void runsThatUsersAskedForAreNotTakenForLostOnes() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        for (int number = 1; number <= 6; number++) {
            dags.started(run);
            dags.fail(run, 0);
            run = started(retry(run, PLAIN)).run();
        }
        dags.started(run);

        assertThat(new RunReconciliation(database.dataSource()).restart(run)).isPresent();
    }

    @Test
    void aDeadlineThatHasPassedIsDroppedAndOneToComeIsKept() {
        Instant past = Instant.now().minusSeconds(60);
        Instant future = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MICROS);
        RunKey first = submissions.dagWithDeadlines(
                OnFailure.CONTINUE, null, Map.of("past", past, "future", future), Node.of("past"), Node.of("future"));
        dags.started(first);
        database.client()
                .sql("update task_state set expiry_commanded_at = now()")
                .update();
        dags.fail(first, 0);
        dags.fail(first, 1);

        retry(first, PLAIN);

        assertThat(database.client()
                        .sql("select task_index from task_state where deadline is null and expiry_commanded_at is null")
                        .query(Integer.class)
                        .list())
                .containsExactly(0);
        assertThat(dags.texts(
                        "select (deadline = ?::timestamptz)::text from task_state where task_index = 1"
                                + " and expiry_commanded_at is null",
                        future.toString()))
                .containsExactly("true");
    }

    @Test
    void aDeadlineOfTheDagThatHasPassedIsDroppedAndOneToComeIsKept() {
        Instant future = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MICROS);
        RunKey late = submissions.dagWithDeadlines(
                OnFailure.CONTINUE, Instant.now().minusSeconds(60), Map.of(), Node.of("a"));
        RunKey inTime = submissions.dagWithDeadlines(OnFailure.CONTINUE, future, Map.of(), Node.of("a"));
        for (RunKey run : List.of(late, inTime)) {
            dags.started(run);
            dags.fail(run, 0);
            retry(run, PLAIN);
        }

        assertThat(dags.texts(
                        "select (deadline = ?::timestamptz)::text from dag where deadline is not null",
                        future.toString()))
                .containsExactly("true");
        assertThat(dags.texts(
                        "select (deadline is null)::text from dag where dag_id = ?::uuid",
                        late.runId().toString()))
                .containsExactly("true");
    }

    /** A diamond of which {@code b} failed, so that {@code d} was cancelled; and {@code e} beside it. */
    private RunKey failedDiamond() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", DIAMOND);
        dags.started(run);
        dags.complete(run, 0, 2, 4);
        dags.fail(run, 1, 3);
        return run;
    }

    private RetryAnswer retry(RunKey run, RetryRequest request) {
        return rerun.retry("default", "ann", run.runId(), request);
    }

    private static Started started(RetryAnswer answer) {
        assertThat(answer).isInstanceOf(Started.class);
        return (Started) answer;
    }

    private static UUID commandId(CommandAnswer answer) {
        assertThat(answer).isInstanceOf(CommandAnswer.Accepted.class);
        return ((CommandAnswer.Accepted) answer).command().commandId();
    }

    private static Planner planner(RunStart start) {
        return Planner.restore(
                PlanCodec.decode(start.plan()),
                new PlannerSettings(start.plannerVersion(), 50, 100),
                (_, _) -> 0.5,
                Attempts.plannerState(Objects.requireNonNull(start.resumed())));
    }
}
