package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.RetryAnswer;
import io.agentorchestrator.store.rerun.RetryRequest;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
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

/** Whatever way a task fails, there is one dead letter of it. */
class DeadLetterKeepingIT {
    private static final Decision.Failure OVERDUE = new Decision.Failure(0, 0, "DEADLINE_EXCEEDED");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Failures failures = new Failures(database);
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
    private final DeadLetterDelivery delivery = new DeadLetterDelivery(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aNodeWhoseAttemptsAreUsedUp() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));

        failures.failNode(run, RunKind.DAG, 0, new Decision.Cancellation(1, "UPSTREAM_FAILED", "a failed"));
        outcomes.recordDecisions(
                run, List.of(new Decision.Failure(0, 1, "BROKEN")), List.of(), List.of(), false, Map.of());
        failures.number();

        DeadLetter letter = only();
        assertThat(letter.taskId()).isEqualTo(failures.task(run, 0));
        assertThat(letter.dagId()).isEqualTo(run.runId());
        assertThat(letter.key()).isEqualTo("a");
        assertThat(letter.errorCode()).isEqualTo("BROKEN");
        assertThat(letter.errorMessage()).isEqualTo("it broke");
        assertThat(letter.attempts()).isEqualTo(1);
        assertThat(letter.payload()).as("a list has no payloads").isNull();
        assertThat(store.find("default", letter.id()))
                .hasValueSatisfying(found -> assertThat(found.payload()).isEqualTo("{}"));
        assertThat(letter.state()).isEqualTo(DeadLetterState.OPEN);
    }

    @Test
    void aStandaloneTaskInItsGroup() {
        UUID task = submissions.task("alone", Priority.HIGH);

        failures.failNode(failures.release("alone"), RunKind.GROUP, 0);
        failures.number();

        DeadLetter letter = only();
        assertThat(letter.taskId()).isEqualTo(task);
        assertThat(letter.dagId()).isNull();
        assertThat(letter.key()).isNull();
        assertThat(letter.priority()).isEqualTo(Priority.HIGH);
    }

    @Test
    void aTaskWhoseDeadlinePassesBeforeARunHasIt() {
        UUID task = submissions.task("t", Priority.NORMAL);
        database.client()
                .sql("update task_state set deadline = now() - interval '1 second'")
                .update();

        DeadlineStore deadlines = new DeadlineStore(database.dataSource());
        deadlines.expire(10);
        deadlines.expire(10);
        failures.number();

        assertThat(only().taskId()).isEqualTo(task);
        assertThat(only().errorCode()).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(only().attempts()).isZero();
    }

    @Test
    void aNodeWhoseDeadlinePassesInTheBacklog() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));

        outcomes.recordDecisions(run, List.of(OVERDUE), List.of(), List.of(), false, Map.of());
        outcomes.recordDecisions(run, List.of(OVERDUE), List.of(), List.of(), false, Map.of());
        failures.number();

        assertThat(only().errorCode()).isEqualTo("DEADLINE_EXCEEDED");
    }

    @Test
    void whatIsCancelledIsNoDeadLetter() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));

        outcomes.cancelUnoffered(run, List.of(new Decision.Cancellation(0, "CANCELLED", "by hand")));
        failures.number();

        assertThat(delivery.countOpen()).isZero();
    }

    @Test
    void aFailureIsAnnounced() throws SQLException {
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen orchestrator_dead_letters");

            failures.standalone("t", "BROKEN");

            assertThat(listener.unwrap(PGConnection.class).getNotifications(5_000))
                    .hasSize(1);
        }
    }

    @Test
    void aNodeThatRunsAgainIsNoneForTheTimeBeingAndAnotherOneWhenItFailsAgain() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        failures.failNode(run, RunKind.DAG, 0);
        failures.number();
        EntryId first = only().id();
        delivery.delivered(List.of(first));

        RetryAnswer.Started retried =
                (RetryAnswer.Started) new DagRerun(database.dataSource(), new Uuid7(Clock.systemUTC()))
                        .retry("default", "ann", run.runId(), new RetryRequest(List.of(), Map.of(), ""));

        assertThat(only().state()).isEqualTo(DeadLetterState.RERUN);
        assertThat(only().leftAt()).isNotNull();
        assertThat(delivery.removals(10)).containsExactly(first);
        assertThat(store.reprocess("default", "ann", first, false)).isEqualTo(new ReprocessAnswer.Rerun());

        failures.failNode(retried.run(), RunKind.DAG, 0);
        failures.number();

        List<DeadLetter> letters = store.list("default", new DeadLetterQuery(null, null, null, null, 10))
                .items();
        assertThat(letters).hasSize(2);
        DeadLetter second = letters.getFirst();
        assertThat(second.id()).isGreaterThan(first);
        assertThat(second.state()).isEqualTo(DeadLetterState.OPEN);
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.leftAt()).isNull();
        assertThat(second.taskId()).isEqualTo(letters.getLast().taskId());
        assertThat(letters.getLast().id()).isEqualTo(first);
        assertThat(letters.getLast().state()).isEqualTo(DeadLetterState.RERUN);
        assertThat(letters.getLast().attempts()).isEqualTo(1);
        assertThat(store.reprocess("default", "ann", first, false)).isEqualTo(new ReprocessAnswer.Rerun());
        assertThat(delivery.countOpen()).isEqualTo(1);
        assertThat(delivery.undelivered(10)).extracting(DeadLetter::id).containsExactly(second.id());
        assertThat(delivery.removals(10)).containsExactly(first);
    }

    /** The dead letter, in whatever state, of the only task that has one. */
    private DeadLetter only() {
        assertThat(failures.text("select count(*)::text from dead_letter")).isEqualTo("1");
        List<DeadLetter> letters = store.list("default", new DeadLetterQuery(null, null, null, null, 10))
                .items();
        assertThat(letters).hasSize(1);
        return letters.getFirst();
    }
}
