package io.agentorchestrator.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventReaderIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Attempts attempts = new Attempts(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final EventReader events = new EventReader(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void tellsTheLifeOfADagInOrderWithoutInternalStatuses() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
        assertThat(new RunStartStore(database.dataSource()).begin(run)).isPresent();
        new RunStartStore(database.dataSource()).started(List.of(run));
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 0, AttemptEnd.Outcome.FAILED)));
        outcomes.recordDecisions(run, List.of(), List.of(), List.of(0), false, Map.of());
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED)));
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 1, AttemptEnd.Outcome.COMPLETED)));

        List<StoredEvent> all = of(run);

        assertThat(all.stream()
                        .filter(event -> event.taskId() == null)
                        .map(event -> event.status() + event.runNumber() + event.dagId()))
                .containsExactly("PENDING1" + run.runId(), "RUNNING1" + run.runId(), "COMPLETED1" + run.runId());
        assertThat(ofTask(all, "a"))
                .containsExactly(
                        "QUEUED null null", "RUNNING 1 null", "QUEUED 1 BROKEN", "RUNNING 2 null", "COMPLETED 2 null");
        assertThat(ofTask(all, "b"))
                .containsExactly("WAITING null null", "QUEUED null null", "RUNNING 1 null", "COMPLETED 1 null");
        assertThat(all).allSatisfy(event -> {
            assertThat(event.dagId()).isEqualTo(run.runId());
            assertThat(event.runId()).isEqualTo(run.runId());
            assertThat(event.at()).isAfterOrEqualTo(all.getFirst().at());
        });
        assertThat(all).isSortedAccordingTo((a, b) -> a.position().compareTo(b.position()));
    }

    @Test
    void aPausedDagIsPublishedAsPausedUntilItEnds() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        CommandStore commands = new CommandStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
        commands.pauseDag("default", "ann", run.runId(), "");
        new RunStartStore(database.dataSource()).begin(run);
        new RunStartStore(database.dataSource()).started(List.of(run));
        commands.resumeDag("default", "ann", run.runId(), "");
        commands.pauseDag("default", "ann", run.runId(), "");
        outcomes.cancelUnoffered(run, List.of(new Decision.Cancellation(0, "CANCELLED", "")));

        assertThat(statusesOf(run)).containsExactly("PENDING", "PAUSED", "RUNNING", "PAUSED", "CANCELLED");
    }

    @Test
    void onlyTheLatestRunOfADagIsPublished() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        RunStartStore starts = new RunStartStore(database.dataSource());
        starts.begin(run);
        starts.started(List.of(run));

        RunKey next = new RunReconciliation(database.dataSource())
                .restart(run)
                .orElseThrow()
                .key();
        starts.started(List.of(next));

        assertThat(statusesOf(run)).containsExactly("PENDING", "RUNNING", "PENDING", "RUNNING");
        assertThat(of(run).getLast().runNumber()).isEqualTo(2);
    }

    @Test
    void aStandaloneTaskHasEventsAndItsGroupHasNone() {
        UUID task = submissions.task("t", Priority.NORMAL);
        database.client().sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, created_at)
                        values (uuidv7(), 1, 'GROUP', 'default', 'local', 'STARTING', 1, 'w', 1, 1, now())
                        """).update();
        database.client().sql("update run set status = 'RUNNING'").update();

        assertThat(events.after("default", null, events.beginning(), 10))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.taskId()).isEqualTo(task);
                    assertThat(event.dagId()).isNull();
                    assertThat(event.runId()).isNull();
                    assertThat(event.taskType()).isEqualTo("t");
                });
        assertThat(events.after("other", null, events.beginning(), 10)).isEmpty();
    }

    @Test
    void readsNothingAboveTheOldestTransactionUnderWay() throws SQLException {
        submissions.task("t", Priority.NORMAL);
        Position before = events.now();
        try (Connection slow = database.dataSource().getConnection();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("select pg_current_xact_id()");
            submissions.task("t", Priority.NORMAL);

            assertThat(events.after("default", null, before, 10)).isEmpty();
            assertThat(events.now().xid()).isLessThan(events.horizon());
            slow.commit();
        }

        assertThat(events.after("default", null, before, 10)).hasSize(1);
        assertThat(events.after("default", null, events.now(), 10)).isEmpty();
    }

    @Test
    void oneLookFindsTheNewsOfSeveralTenantsInOrder() {
        Position before = events.now();
        for (int n = 0; n < 3; n++) {
            for (String tenant : List.of("one", "two", "other")) {
                publish(tenant, "QUEUED");
            }
        }
        long horizon = events.horizon();
        publish("one", "RUNNING");
        List<String> tenants = List.of("one", "two", "nobody");

        List<StoredEvent> found = events.between(tenants, before, horizon, 10);
        List<StoredEvent> firstPage = events.between(tenants, before, horizon, 4);
        List<StoredEvent> rest = events.between(tenants, firstPage.getLast().position(), horizon, 4);

        assertThat(found).extracting(StoredEvent::tenant).containsExactly("one", "two", "one", "two", "one", "two");
        assertThat(found).isSortedAccordingTo(Comparator.comparing(StoredEvent::position));
        assertThat(firstPage).isEqualTo(found.subList(0, 4));
        assertThat(rest).isEqualTo(found.subList(4, 6));
        assertThat(events.between(tenants, Position.before(horizon), events.horizon(), 10))
                .extracting(StoredEvent::status)
                .containsExactly("RUNNING");
    }

    private void publish(String tenant, String status) {
        database.client()
                .sql("insert into event (tenant, status, task_type) values (?, ?, 't')")
                .params(tenant, status)
                .update();
    }

    private List<StoredEvent> of(RunKey run) {
        return events.after("default", run.runId(), events.beginning(), 1_000);
    }

    private List<String> statusesOf(RunKey run) {
        return of(run).stream()
                .filter(event -> event.taskId() == null)
                .map(StoredEvent::status)
                .toList();
    }

    private static List<String> ofTask(List<StoredEvent> all, String key) {
        return all.stream()
                .filter(event -> key.equals(event.key()))
                .map(event -> event.status() + " " + event.attempt() + " " + event.errorCode())
                .toList();
    }
}
