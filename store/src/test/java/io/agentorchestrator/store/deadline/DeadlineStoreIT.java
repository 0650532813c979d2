package io.agentorchestrator.store.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.command.OpenCommand;
import io.agentorchestrator.store.deadline.DeadlineStore.Expired;
import io.agentorchestrator.store.reading.DagReader;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.run.CommandSignal.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineStoreIT {
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());

    private final Instant past = Instant.now().minusSeconds(5).truncatedTo(ChronoUnit.MICROS);
    private final Instant future = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.MICROS);
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final DeadlineStore deadlines = new DeadlineStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTaskInNoRunFailsWhereItIsAndItsDependentsAreCancelled() {
        UUID overdue = submissions.taskWithDeadline(past);
        UUID child = submissions.task("t", Priority.NORMAL, List.of(overdue));
        UUID later = submissions.taskWithDeadline(future);
        UUID waiting = submissions.taskWithDeadline(past, later);

        assertThat(deadlines.expire(10)).isEqualTo(new Expired(2, 0));

        assertThat(state(overdue)).isEqualTo("FAILED DEADLINE_EXCEEDED " + DeadlineStore.MESSAGE);
        assertThat(state(waiting)).startsWith("FAILED DEADLINE_EXCEEDED");
        assertThat(state(child)).startsWith("CANCELLED UPSTREAM_FAILED");
        assertThat(state(later)).isEqualTo("QUEUED");
        assertThat(texts("select error_code || ' ' || attempts from dead_letter"))
                .containsExactly("DEADLINE_EXCEEDED 0", "DEADLINE_EXCEEDED 0");
        assertThat(texts("select task_id::text from task_state where status = 'FAILED' and ended_at is null"))
                .isEmpty();
        assertThat(deadlines.expire(10)).isEqualTo(new Expired(0, 0));
    }

    @Test
    void theRunOfAGroupIsToldAndItsRowsStayAsTheyAre() {
        UUID overdue = submissions.taskWithDeadline(past);
        submissions.task("t", Priority.NORMAL);
        RunKey group = claim();

        assertThat(deadlines.expire(10)).isEqualTo(new Expired(0, 1));

        assertThat(state(overdue)).isEqualTo("RELEASED");
        assertThat(texts("select concat_ws(' ', kind, run_id, run_number, task_id, task_indexes, code) from command"))
                .containsExactly("EXPIRE " + group.runId() + " 1 " + overdue + " {0} DEADLINE_EXCEEDED");
        assertThat(deadlines.expire(10)).as("once").isEqualTo(new Expired(0, 0));
    }

    @Test
    void aDagThatHasNotBegunIsToldByOneCommandThatStartsIt() {
        RunKey run = submissions.dagWithDeadlines(
                OnFailure.CONTINUE, past, Map.of(), Node.of("a"), Node.of("b", "a"), Node.of("c"));

        assertThat(deadlines.expire(10)).isEqualTo(new Expired(0, 3));

        CommandDelivery delivery = new CommandDelivery(database.dataSource());
        assertThat(delivery.take(10, Duration.ofHours(1))).singleElement().satisfies(command -> {
            assertThat(command.kind()).isEqualTo(Kind.EXPIRE);
            assertThat(command.run()).isEqualTo(run);
            assertThat(command.tasks()).containsExactly(0, 1, 2);
            assertThat(command.code()).isEqualTo("DEADLINE_EXCEEDED");
        });
        assertThat(delivery.beginStart(run))
                .hasValueSatisfying(start -> assertThat(start.commands())
                        .singleElement()
                        .satisfies(command -> assertThat(command.kind()).isEqualTo(Kind.EXPIRE)));
    }

    @Test
    void whatAnAgentHasIsLeftToItsBatchUntilItComesBack() {
        RunKey run = submissions.dagWithDeadlines(OnFailure.CONTINUE, past, Map.of(), Node.of("a"), Node.of("b"));
        set(0, "RUNNING");
        set(1, "COMPLETED");

        assertThat(deadlines.expire(10)).isEqualTo(new Expired(0, 0));
        set(0, "BACKOFF");
        assertThat(deadlines.expire(10)).isEqualTo(new Expired(0, 1));

        assertThat(texts("select task_indexes::text from command where run_id = ?", run.runId()))
                .containsExactly("{0}");
    }

    @Test
    void oneLookFindsNoMoreThanItsLimitAndThoseThatPassedFirst() {
        UUID second = submissions.taskWithDeadline(past);
        UUID first = submissions.taskWithDeadline(past.minusSeconds(1));
        submissions.dagWithDeadlines(OnFailure.CONTINUE, past.minusSeconds(2), Map.of(), Node.of("a"), Node.of("b"));

        assertThat(deadlines.expire(3)).isEqualTo(new Expired(1, 2));

        assertThat(state(first)).startsWith("FAILED");
        assertThat(state(second)).isEqualTo("QUEUED");
        assertThat(deadlines.expire(3)).isEqualTo(new Expired(1, 0));
    }

    @Test
    void theCommandIsDeliveredAgainToTheRunThatTakesOver() {
        RunKey run = submissions.dagWithDeadlines(OnFailure.CONTINUE, past, Map.of(), Node.of("a"), Node.of("b"));
        database.client().sql("update run set status = 'RUNNING'").update();
        deadlines.expire(10);
        database.client().sql("update command set acknowledged_at = now()").update();
        set(0, "FAILED");

        assertThat(new RunReconciliation(database.dataSource()).restart(run))
                .hasValueSatisfying(start -> assertThat(start.commands())
                        .singleElement()
                        .satisfies(command -> assertThat(command.tasks()).containsExactly(0, 1)));
        assertThat(new CommandDelivery(database.dataSource()).take(10, Duration.ofHours(1)))
                .extracting(OpenCommand::run)
                .containsExactly(new RunKey(run.runId(), 2));
    }

    @Test
    void theEarlierDeadlineOfTaskAndDagCounts() {
        Instant sooner = future.minusSeconds(60);
        RunKey run = submissions.dagWithDeadlines(
                OnFailure.CONTINUE,
                future,
                Map.of("sooner", sooner, "later", future.plusSeconds(60)),
                Node.of("sooner"),
                Node.of("later"),
                Node.of("none"));

        assertThat(new BatchStore(database.dataSource()).load(run, List.of(0, 1, 2)))
                .extracting(task -> task.deadline())
                .containsExactly(sooner, future, future);
        UUID task = database.client()
                .sql("select task_id from task_state where task_index = 0")
                .query(UUID.class)
                .single();
        assertThat(new TaskReader(database.dataSource())
                        .find("default", task)
                        .orElseThrow()
                        .facts()
                        .deadline())
                .isEqualTo(sooner);
        assertThat(new DagReader(database.dataSource())
                        .find("default", run.runId())
                        .orElseThrow()
                        .facts()
                        .deadline())
                .isEqualTo(future);
    }

    @Test
    void aTaskThatIsReleasedMeanwhileEitherFailsInItsRowOrByItsRun() throws Exception {
        int rounds = 400;
        for (int i = 0; i < rounds; i++) {
            submissions.taskWithDeadline(past);
        }
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger commanded = new AtomicInteger();
        BacklogStore backlog = new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE);
        Together.Side sweep = round -> {
            Expired expired = deadlines.expire(3);
            failed.addAndGet(expired.failed());
            commanded.addAndGet(expired.commanded());
        };

        Together.race(1, rounds, sweep, sweep, round -> backlog.claim(credit(2), 2, BacklogStore.Starts.ALL));
        sweep.play(rounds);

        assertThat(failed.get() + commanded.get()).isEqualTo(rounds);
        assertThat(texts("""
                select distinct concat_ws(' ', status, run_id is null, expiry_commanded_at is not null) from task_state
                """)).isSubsetOf("FAILED t f", "RELEASED f t");
        assertThat(texts("select coalesce(sum(cardinality(task_indexes)), 0)::text from command"))
                .containsExactly(String.valueOf(commanded.get()));
    }

    private RunKey claim() {
        return new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE)
                .claim(credit(10), 10, BacklogStore.Starts.ALL)
                .starts()
                .getFirst()
                .key();
    }

    private static FixedCredit credit(int slots) {
        return FixedCredit.of("t", slots);
    }

    private void set(int index, String status) {
        database.client()
                .sql("update task_state set status = ?::task_status where task_index = ?")
                .params(status, index)
                .update();
    }

    private String state(UUID task) {
        return texts("select concat_ws(' ', status, error_code, error_message) from task_state where task_id = ?", task)
                .getFirst();
    }

    private List<String> texts(String sql, Object... params) {
        return database.client().sql(sql).params(params).query(String.class).list();
    }
}
