package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class ReprocessIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Failures failures = new Failures(database);
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void makesANewTaskThatIsLinkedBothWays() throws SQLException {
        UUID old = failures.numbered(1, "t", "BROKEN").getFirst();
        EntryId entry = failures.entry(old);
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + Channels.BACKLOG);

            UUID made = created(store.reprocess("default", "ann", entry, false), false);

            assertThat(listener.unwrap(PGConnection.class).getNotifications(5_000))
                    .hasSize(1);
            DeadLetter letter = store.find("default", entry).orElseThrow();
            assertThat(letter.state()).isEqualTo(DeadLetterState.REPROCESSED);
            assertThat(letter.reprocessedAs()).isEqualTo(made);
            assertThat(letter.leftAt()).isNotNull();
            assertThat(state(made)).isEqualTo("QUEUED 0 0");
            assertThat(failures.text(
                            "select reprocessed_from || principal from task where task_id = '%s'".formatted(made)))
                    .isEqualTo(old + "ann");
            assertThat(failures.text("select principal from task where task_id = '%s'".formatted(old)))
                    .isEqualTo("test");
            assertThat(state(old)).isEqualTo("FAILED 0 3");
        }
    }

    @Test
    void theSameEntryFiftyTimesAtOnceIsOneTask() throws Exception {
        int rounds = 20;
        int callers = 50;
        List<EntryId> entries = failures.entries(failures.numbered(rounds, "t", "BROKEN"));
        List<Set<UUID>> made = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            made.add(ConcurrentHashMap.newKeySet());
        }
        AtomicIntegerArray first = new AtomicIntegerArray(rounds);

        Together.race(
                1,
                rounds,
                Collections.nCopies(callers, (Together.Side) round -> {
                            ReprocessAnswer.Created created = (ReprocessAnswer.Created)
                                    store.reprocess("default", "ann", entries.get(round), false);
                            made.get(round).add(created.taskId());
                            first.addAndGet(round, created.again() ? 0 : 1);
                        })
                        .toArray(Together.Side[]::new));

        for (int round = 0; round < rounds; round++) {
            assertThat(made.get(round)).hasSize(1);
            assertThat(first.get(round)).isEqualTo(1);
        }
        assertThat(failures.text("select count(*)::text from task")).isEqualTo(String.valueOf(2 * rounds));
        assertThat(failures.text("select count(*)::text from task_state")).isEqualTo(String.valueOf(2 * rounds));
    }

    @Test
    void aReprocessedTaskThatFailsIsADeadLetterOfItsOwn() {
        EntryId entry = failures.entry(failures.numbered(1, "t", "BROKEN").getFirst());
        UUID made = created(store.reprocess("default", "ann", entry, false), false);

        failures.fail(List.of(made), "AGAIN");
        failures.number();

        assertThat(failures.entry(made)).isGreaterThan(entry);
        assertThat(created(store.reprocess("default", "ann", entry, false), true))
                .isEqualTo(made);
        assertThat(created(store.reprocess("default", "ann", failures.entry(made), false), false))
                .isNotEqualTo(made);
    }

    @Test
    void waitsForWhatTheOldOneWaitedForAndNotForWhatHasCompleted() {
        UUID completed = submissions.task("p", Priority.NORMAL);
        UUID open = submissions.task("p", Priority.NORMAL);
        UUID failed = submissions.task("p", Priority.NORMAL);
        UUID waiting = submissions.task("c", Priority.NORMAL, List.of(completed, open));
        UUID ready = submissions.task("c", Priority.NORMAL, List.of(completed));
        UUID doomed = submissions.task("c", Priority.NORMAL, List.of(failed));
        database.client()
                .sql("update task_state set status = 'COMPLETED' where task_id = ?")
                .param(completed)
                .update();
        failures.fail(List.of(waiting, ready, doomed), "DEADLINE_EXCEEDED");
        failures.fail(List.of(failed), "BROKEN");
        failures.number();

        assertThat(state(reprocess(waiting))).isEqualTo("WAITING 1 0");
        assertThat(state(reprocess(ready))).isEqualTo("QUEUED 0 0");
        // Whether the parent had ended is looked at again after the commit.
        assertThat(state(reprocess(doomed))).isEqualTo("CANCELLED 1 0");
    }

    @Test
    void dropsADeadlineThatHasPassedAndKeepsOneThatHasNot() {
        List<UUID> tasks = failures.numbered(2, "t", "DEADLINE_EXCEEDED");
        setDeadline(tasks.get(0), "now() - interval '1 second'");
        setDeadline(tasks.get(1), "now() + interval '1 hour'");

        assertThat(hasDeadline(reprocess(tasks.get(0)))).isEqualTo("false false");
        assertThat(hasDeadline(reprocess(tasks.get(1)))).isEqualTo("true true");
    }

    @Test
    void aNodeStandsAloneUnlessItsPayloadNeedsItsDag() {
        RunKey run =
                submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), new Node("b", "t", "{\"x\":\"${inputs.y}\"}"));
        failures.fail(List.of(failures.task(run, 0), failures.task(run, 1)), "BROKEN");
        failures.number();

        UUID made = reprocess(failures.task(run, 0));
        EntryId needy = failures.entry(failures.task(run, 1));

        assertThat(failures.text("""
                        select (t.dag_id is null)::text || (s.run_id is null) || (s.task_index is null)
                        from task t join task_state s using (task_id) where task_id = '%s'
                        """.formatted(made))).isEqualTo("truetruetrue");
        assertThat(store.reprocess("default", "ann", needy, false)).isEqualTo(new ReprocessAnswer.NeedsItsDag());
        assertThat(store.find("default", needy).orElseThrow().state()).isEqualTo(DeadLetterState.OPEN);
    }

    @Test
    void saysWhyItCannot() {
        List<UUID> tasks = failures.numbered(2, "t", "BROKEN");
        EntryId deleted = failures.entry(tasks.get(0));
        EntryId alone = failures.entry(tasks.get(1));
        store.delete("default", deleted);

        assertThat(store.reprocess("default", "ann", new EntryId(1, 0), false))
                .isEqualTo(new ReprocessAnswer.NotFound());
        assertThat(store.reprocess("default", "ann", deleted, false)).isEqualTo(new ReprocessAnswer.Deleted());
        assertThat(store.reprocess("default", "ann", deleted, true)).isEqualTo(new ReprocessAnswer.Deleted());
        assertThat(store.reprocess("default", "ann", alone, true)).isEqualTo(new ReprocessAnswer.NotInADag());
        assertThat(store.find("default", alone).orElseThrow().state()).isEqualTo(DeadLetterState.OPEN);
        for (int limit : new int[] {0, DeadLetterStore.MAX_BULK + 1}) {
            assertThatThrownBy(() -> store.reprocessAll("default", "ann", null, null, limit))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("limit");
        }
    }

    private UUID reprocess(UUID old) {
        return created(store.reprocess("default", "ann", failures.entry(old), false), false);
    }

    private static UUID created(ReprocessAnswer answer, boolean again) {
        ReprocessAnswer.Created created = (ReprocessAnswer.Created) answer;
        assertThat(created.again()).isEqualTo(again);
        assertThat(created.dagRun()).isNull();
        return created.taskId();
    }

    private void setDeadline(UUID task, String expression) {
        database.client()
                .sql("update task set deadline = " + expression + " where task_id = ?")
                .param(task)
                .update();
    }

    private String hasDeadline(UUID task) {
        return failures.text("""
                select (t.deadline is not null) || ' ' || (s.deadline is not null)
                from task t join task_state s using (task_id) where task_id = '%s'
                """.formatted(task));
    }

    private String state(UUID task) {
        return failures.text("select status || ' ' || waiting_on || ' ' || attempt from task_state where task_id = '%s'"
                .formatted(task));
    }
}
