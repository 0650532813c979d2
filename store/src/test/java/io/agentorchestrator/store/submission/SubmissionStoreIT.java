package io.agentorchestrator.store.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.dao.DataAccessException;

class SubmissionStoreIT {
    private static final TestDatabase DATABASE = PostgresServer.shared().newDatabase();
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());
    private static final Origin ORIGIN = new Origin("acme", "somebody", "here", "parent", null);

    private final SubmissionStore store = new SubmissionStore(DATABASE.dataSource());

    @BeforeEach
    void empty() {
        DATABASE.client().sql("truncate task, task_state, dag, run").update();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void standaloneTasksAreQueued() {
        store.insert(List.of(standalone(task("{}")), standalone(task("{}"), task("{}"))));

        assertThat(count("task_state where status = 'QUEUED' and run_id is null and queued_at is not null"))
                .isEqualTo(3);
        assertThat(count("task where tenant = 'acme' and principal = 'somebody' and region = 'here'"
                        + " and traceparent = 'parent' and tracestate is null"))
                .isEqualTo(3);
    }

    @Test
    void theRootsOfADagAreQueuedAndTheRestWaits() {
        Submission dag = dag(0, 1, 2);

        store.insert(List.of(dag));

        assertThat(count("task_state where status = 'QUEUED' and task_index = 0"))
                .isEqualTo(1);
        assertThat(count("task_state where status = 'WAITING' and task_index = waiting_on and queued_at is null"))
                .isEqualTo(2);
        assertThat(count("run where status = 'PENDING' and kind = 'DAG' and run_number = 1 and open_count = 3"))
                .isEqualTo(1);
    }

    @Test
    void aCommitThatIsRepeatedChangesNothing() {
        List<Submission> submissions = List.of(standalone(task("{}")), dag(0, 1));

        store.insert(submissions);
        DATABASE.client().sql("update task_state set status = 'RUNNING'").update();
        store.insert(submissions);

        assertThat(count("task")).isEqualTo(3);
        assertThat(count("task_state where status = 'RUNNING'")).isEqualTo(3);
        assertThat(count("run")).isEqualTo(1);
    }

    @Test
    void aSetWithABadRowIsRefusedAsAWhole() {
        assertThatThrownBy(() -> store.insert(List.of(standalone(task("{}")), standalone(task("no JSON")))))
                .isInstanceOf(DataAccessException.class);

        assertThat(count("task")).isZero();
        assertThat(count("task_state")).isZero();
    }

    @Test
    void moreTasksThanOneStatementTakesKeepTheirPlaces() {
        int[] parents = new int[Limits.MAX_TASKS_PER_BATCH * 2 + 1];

        store.insert(List.of(dag(parents)));

        assertThat(count("task_state s join task t using (task_id) where t.key = 'k' || s.task_index"))
                .isEqualTo(parents.length);
    }

    @Test
    void everyCommitIsAnnouncedOnce() throws SQLException {
        try (Connection listener = DATABASE.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + Channels.BACKLOG);

            store.insert(List.of(standalone(task("{}")), standalone(task("{}"))));

            PGNotification[] heard = listener.unwrap(PGConnection.class).getNotifications(5_000);
            assertThat(heard).hasSize(1);
        }
    }

    private static Submission standalone(NewTask... tasks) {
        return new Submission(ORIGIN, null, List.of(tasks), Instant.now());
    }

    private static Submission dag(int... parentCounts) {
        List<NewTask> tasks = new ArrayList<>();
        for (int index = 0; index < parentCounts.length; index++) {
            tasks.add(task("k" + index, "{}"));
        }
        NewDag dag = new NewDag(
                IDS.next(),
                "dag",
                OnFailure.CONTINUE,
                Priority.LOW,
                "{}",
                "{}",
                new byte[] {1},
                parentCounts,
                List.of("k0"),
                1.0,
                0.5,
                new int[parentCounts.length],
                null,
                BudgetTerms.NONE);
        return new Submission(ORIGIN, dag, tasks, Instant.now());
    }

    private static NewTask task(String payload) {
        return task(null, payload);
    }

    private static NewTask task(String key, String payload) {
        return new NewTask(
                IDS.next(),
                key,
                "simulated",
                payload,
                false,
                Priority.NORMAL,
                1.0,
                Duration.ofMinutes(1),
                new RetryPolicy(3, Duration.ZERO, 2.0, Duration.ofSeconds(1), List.of("A", "B")),
                "{}",
                List.of(),
                null,
                Scheduling.PLAIN);
    }

    private static int count(String fromWhere) {
        return DATABASE.client()
                .sql("select count(*) from " + fromWhere)
                .query(Integer.class)
                .single();
    }
}
