package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.RetryRequest;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.Decision;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class ResumeDagIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Failures failures = new Failures(database);
    private final DagRerun rerun = new DagRerun(database.dataSource(), new Uuid7(Clock.systemUTC()));
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theNewTaskTakesTheNodesPlaceAndItsCancelledDependentsRunAfterIt() throws SQLException {
        RunKey run = endedDag();
        UUID old = failures.task(run, 0);
        EntryId entry = failures.entry(old);
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + Channels.BACKLOG);

            ReprocessAnswer.Created created = (ReprocessAnswer.Created) store.reprocess("default", "ann", entry, true);

            assertThat(listener.unwrap(PGConnection.class).getNotifications(5_000))
                    .isNotEmpty();
            RunKey next = new RunKey(run.runId(), 2);
            assertThat(created).isEqualTo(new ReprocessAnswer.Created(failures.task(run, 0), next, false));
            assertThat(created.taskId()).isNotEqualTo(old);
            assertThat(nodes(run)).containsExactly("a QUEUED 2 0", "b WAITING 2 1", "c WAITING 2 1", "d COMPLETED 1 0");
            assertThat(failures.text("select status || ' ' || open_count from run where run_number = 2"))
                    .isEqualTo("PENDING 3");
            assertThat(failures.text("select status || ' ' || coalesce(run_id::text, '-') from task_state"
                            + " where task_id = '%s'".formatted(old)))
                    .isEqualTo("FAILED -");
            assertThat(failures.text("select reprocessed_from || principal from task where task_id = '%s'"
                            .formatted(created.taskId())))
                    .isEqualTo(old + "ann");
            DeadLetter letter = store.find("default", entry).orElseThrow();
            assertThat(letter.state()).isEqualTo(DeadLetterState.REPROCESSED);
            assertThat(letter.reprocessedAs()).isEqualTo(created.taskId());

            failures.complete(next, 0);
            assertThat(nodes(run))
                    .containsExactly("a COMPLETED 2 0", "b QUEUED 2 0", "c WAITING 2 1", "d COMPLETED 1 0");
        }
    }

    @Test
    void theSameEntryAgainAnswersTheSameTaskInItsRun() {
        RunKey run = endedDag();
        EntryId entry = failures.entry(failures.task(run, 0));

        ReprocessAnswer.Created first = (ReprocessAnswer.Created) store.reprocess("default", "ann", entry, true);
        ReprocessAnswer.Created again = new ReprocessAnswer.Created(first.taskId(), new RunKey(run.runId(), 2), true);

        assertThat(store.reprocess("default", "ann", entry, true)).isEqualTo(again);
        assertThat(store.reprocess("default", "ann", entry, false)).isEqualTo(again);
        assertThat(failures.text("select max(run_number)::text from run")).isEqualTo("2");
    }

    @Test
    void aNodeThatStandsAloneAlreadyStaysSo() {
        RunKey run = endedDag();
        EntryId entry = failures.entry(failures.task(run, 0));

        ReprocessAnswer.Created alone = (ReprocessAnswer.Created) store.reprocess("default", "ann", entry, false);

        assertThat(store.reprocess("default", "ann", entry, true))
                .isEqualTo(new ReprocessAnswer.Created(alone.taskId(), null, true));
        assertThat(nodes(run)).containsExactly("a FAILED 1 0", "b CANCELLED 1 1", "c CANCELLED 1 1", "d COMPLETED 1 0");
    }

    @Test
    void aDagThatGoesOnIsNotResumedAndNothingIsLeftOfTheAttempt() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        failures.failNode(run, RunKind.DAG, 0);
        failures.number();
        database.client()
                .sql("update run set status = 'RUNNING', paused = true")
                .update();
        EntryId entry = failures.entry(failures.task(run, 0));

        assertThat(store.reprocess("default", "ann", entry, true)).isEqualTo(new ReprocessAnswer.DagNotEnded("PAUSED"));

        assertThat(failures.text("select count(*)::text from task")).isEqualTo("2");
        assertThat(failures.text("select count(*)::text from task_state")).isEqualTo("2");
        assertThat(store.find("default", entry).orElseThrow().state()).isEqualTo(DeadLetterState.OPEN);
    }

    @Test
    void aNodeThatNeedsItsDagRunsInIt() {
        RunKey run = submissions.dag(
                OnFailure.CANCEL_DEPENDENTS, "{\"y\":1}", new Node("a", "t", "{\"x\":\"${inputs.y}\"}"));
        failures.failNode(run, RunKind.DAG, 0);
        failures.number();
        EntryId entry = failures.entry(failures.task(run, 0));

        assertThat(store.reprocess("default", "ann", entry, true)).isInstanceOf(ReprocessAnswer.Created.class);
        assertThat(nodes(run)).containsExactly("a QUEUED 2 0");
        assertThat(failures.text(
                        "select payload->>'x' from task where task_id = '%s'".formatted(failures.task(run, 0))))
                .isEqualTo("${inputs.y}");
    }

    @Test
    void theOtherFailedNodesEntryStaysOpenAndResumesTheDagLater() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        failures.failNode(run, RunKind.DAG, 0);
        failures.failNode(run, RunKind.DAG, 1);
        failures.number();
        EntryId other = failures.entry(failures.task(run, 1));

        store.reprocess("default", "ann", failures.entry(failures.task(run, 0)), true);

        assertThat(store.reprocess("default", "ann", other, true))
                .isEqualTo(new ReprocessAnswer.DagNotEnded("PENDING"));
        assertThat(store.find("default", other).orElseThrow().state()).isEqualTo(DeadLetterState.OPEN);
        failures.complete(new RunKey(run.runId(), 2), 0);
        assertThat(((ReprocessAnswer.Created) store.reprocess("default", "ann", other, true)).dagRun())
                .isEqualTo(new RunKey(run.runId(), 3));
        assertThat(nodes(run)).containsExactly("a COMPLETED 2 0", "b QUEUED 3 0");
    }

    @Test
    void whatSomebodyCancelledStaysCancelledAndWhatDependsOnIt() {
        RunKey run = submissions.dag(
                OnFailure.CANCEL_DEPENDENTS,
                "{}",
                Node.of("a"),
                Node.of("b", "a"),
                Node.of("c", "a"),
                Node.of("d", "b"));
        failures.failNode(
                run,
                RunKind.DAG,
                0,
                new Decision.Cancellation(1, "CANCELLED", "by hand"),
                new Decision.Cancellation(2, "UPSTREAM_FAILED", "a failed"),
                new Decision.Cancellation(3, "UPSTREAM_CANCELLED", "b was cancelled"));
        failures.number();

        store.reprocess("default", "ann", failures.entry(failures.task(run, 0)), true);

        assertThat(nodes(run)).containsExactly("a QUEUED 2 0", "b CANCELLED 1 1", "c WAITING 2 1", "d CANCELLED 1 1");
    }

    @Test
    void aTaskThatFailsAgainIsAnotherEntryAndTheFormerOneStillTellsWhatBecameOfIt() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        failures.failNode(run, RunKind.DAG, 0);
        failures.number();
        UUID task = failures.task(run, 0);
        EntryId first = failures.entry(task);
        UUID copy = ((ReprocessAnswer.Created) store.reprocess("default", "ann", first, false)).taskId();

        rerun.retry("default", "ann", run.runId(), new RetryRequest(List.of(), Map.of(), ""));
        failAgain(new RunKey(run.runId(), 2));
        EntryId second = store.list("default", new DeadLetterQuery(null, null, DeadLetterState.OPEN, null, 10))
                .items()
                .getFirst()
                .id();
        rerun.retry("default", "ann", run.runId(), new RetryRequest(List.of(), Map.of(), ""));
        failAgain(new RunKey(run.runId(), 3));

        assertThat(store.reprocess("default", "bob", first, false))
                .isEqualTo(new ReprocessAnswer.Created(copy, null, true));
        assertThat(store.reprocess("default", "bob", second, false)).isEqualTo(new ReprocessAnswer.Rerun());
        assertThat(failures.texts("select state::text from dead_letter order by run_number"))
                .containsExactly("REPROCESSED", "RERUN", "OPEN");
    }

    private void failAgain(RunKey run) {
        database.client()
                .sql("update run set status = 'RUNNING' where run_number = ?")
                .param(run.runNumber())
                .update();
        failures.failNode(run, RunKind.DAG, 0);
        failures.number();
    }

    @Test
    void inADagThatFailsFastTheOtherFailedNodesRunAgainThemselves() {
        RunKey run = submissions.dag(OnFailure.FAIL_FAST, "{}", Node.of("a"), Node.of("b"), Node.of("c"));
        failures.failNode(run, RunKind.DAG, 0);
        failures.failNode(run, RunKind.DAG, 1, new Decision.Cancellation(2, "DAG_FAILED", "a failed"));
        failures.number();
        EntryId other = failures.entry(failures.task(run, 1));

        store.reprocess("default", "ann", failures.entry(failures.task(run, 0)), true);

        assertThat(nodes(run)).containsExactly("a QUEUED 2 0", "b QUEUED 2 0", "c QUEUED 2 0");
        assertThat(store.find("default", other).orElseThrow().state()).isEqualTo(DeadLetterState.RERUN);
        assertThat(store.reprocess("default", "ann", other, true))
                .isEqualTo(new ReprocessAnswer.DagNotEnded("PENDING"));
        assertThat(store.reprocess("default", "ann", other, false)).isEqualTo(new ReprocessAnswer.Rerun());
        for (int index = 0; index < 3; index++) {
            failures.complete(new RunKey(run.runId(), 2), index);
        }
        assertThat(store.reprocess("default", "ann", other, true)).isEqualTo(new ReprocessAnswer.Rerun());
    }

    /** Of four nodes, a failed with its dependents b and c behind it; d completed. */
    private RunKey endedDag() {
        RunKey run = submissions.dag(
                OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c", "b"), Node.of("d"));
        failures.complete(run, 3);
        failures.failNode(
                run,
                RunKind.DAG,
                0,
                new Decision.Cancellation(1, "UPSTREAM_FAILED", "a failed"),
                new Decision.Cancellation(2, "UPSTREAM_FAILED", "a failed"));
        failures.number();
        assertThat(failures.text("select status::text from run")).isEqualTo("FAILED");
        return run;
    }

    /** Key, status, run number and count of open dependencies of each node. */
    private List<String> nodes(RunKey run) {
        return failures.texts("""
                select concat_ws(' ', t.key, s.status, s.run_number, s.waiting_on)
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = '%s' order by s.task_index
                """.formatted(run.runId()));
    }
}
