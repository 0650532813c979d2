package io.agentorchestrator.store.sla;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.ChangeStore;
import io.agentorchestrator.store.command.ChangeStore.Change;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.RetryAnswer;
import io.agentorchestrator.store.rerun.RetryRequest;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlaCountsIT {
    private static final Map<Priority, Duration> TARGETS = Arrays.stream(Priority.values())
            .collect(Collectors.toMap(Function.identity(), priority -> Duration.ofMinutes(1)));

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final ChangeStore changes = new ChangeStore(database.dataSource());
    private final SlaCounts counts = new SlaCounts(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void nothingIsToldWhereNothingEnded() {
        submissions.task("t", Priority.NORMAL);

        awaitTotals(List.of());
        assertThat(counts.lastHour()).isEmpty();
    }

    @Test
    void aTaskWithoutDeadlineIsMeasuredByTheTargetOfItsPriority() {
        end("COMPLETED", null, submissions.task("t", Priority.HIGH));
        UUID late = submissions.task("t", Priority.HIGH);
        createdBefore(Duration.ofMinutes(2), late);
        end("COMPLETED", null, late);
        end("FAILED", "TIMEOUT", submissions.task("t", Priority.HIGH));
        end("CANCELLED", "UPSTREAM_FAILED", submissions.task("t", Priority.HIGH));
        end("CANCELLED", "CANCELLED", submissions.task("t", Priority.LOW));

        awaitTotals(List.of(new SlaCount(Priority.HIGH, 1, 3, 0), new SlaCount(Priority.LOW, 0, 0, 1)));
        assertThat(counts.lastHour()).containsExactlyInAnyOrderElementsOf(counts.totals());
        assertThat(new SlaCount(Priority.HIGH, 1, 3, 4).ratio()).isEqualTo(0.25);
        assertThat(new SlaCount(Priority.HIGH, 0, 0, 4).ratio()).isNaN();
    }

    @Test
    void aDeadlineGoesBeforeTheTarget() {
        UUID inTime = submissions.taskWithDeadline(Instant.now().plusSeconds(3_600));
        createdBefore(Duration.ofMinutes(30), inTime);
        end("COMPLETED", null, inTime);
        end("COMPLETED", null, submissions.taskWithDeadline(Instant.now().minusSeconds(1)));

        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 1, 1, 0)));
    }

    @Test
    void whatWasChangedCountsAsItIsNow() {
        UUID raised = submissions.task("t", Priority.LOW);
        createdBefore(Duration.ofMinutes(30), raised);
        UUID brief = submissions.task("t", Priority.NORMAL);
        changes.task(
                "default", raised, new Change(Priority.CRITICAL, Instant.now().plusSeconds(3_600)));
        changes.task("default", brief, new Change(null, Instant.now().minusSeconds(1)));
        end("COMPLETED", null, raised);
        end("COMPLETED", null, brief);

        awaitTotals(List.of(new SlaCount(Priority.CRITICAL, 1, 0, 0), new SlaCount(Priority.NORMAL, 0, 1, 0)));
    }

    @Test
    void aTaskThatWasRunAgainIsMeasuredFromThen() {
        RunKey dag = submissions.dagWithDeadlines(
                OnFailure.CONTINUE,
                null,
                Map.of("a", Instant.now().minusSeconds(60)),
                Submissions.Node.of("a"),
                Submissions.Node.of("b"));
        List<UUID> tasks = database.client()
                .sql("select task_id from task_state order by task_index")
                .query(UUID.class)
                .list();
        tasks.forEach(task -> createdBefore(Duration.ofDays(1), task));
        tasks.forEach(task -> end("FAILED", "TIMEOUT", task));
        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 0, 2, 0)));
        database.client()
                .sql("update run set status = 'FAILED', ended_at = now()")
                .update();

        assertThat(new DagRerun(database.dataSource(), new Uuid7(Clock.systemUTC()))
                        .retry("default", "ann", dag.runId(), new RetryRequest(List.of(), Map.of(), "")))
                .isInstanceOf(RetryAnswer.Started.class);
        end("COMPLETED", null, tasks.getFirst());
        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 1, 2, 0)));

        database.client()
                .sql("update task_state set rerun_at = rerun_at - interval '2 minutes'")
                .update();
        end("COMPLETED", null, tasks.getLast());
        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 1, 3, 0)));
    }

    @Test
    void aWindowIsOfTransactionsOfAllTenants() {
        database.client()
                .sql("insert into event (tenant, status) values ('other', 'RUNNING')")
                .update();
        end("COMPLETED", null, submissions.task("t", Priority.NORMAL));
        end("COMPLETED", null, submissions.task("t", Priority.NORMAL));
        long first = number("select min(xid)::text::bigint from event");
        long last = number("select max(xid)::text::bigint from event");
        Awaitility.await().until(() -> number("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint") > last);

        assertThat(counts.countNext(TARGETS, 1)).isTrue();
        assertThat(position()).as("what comes before it is no window's").isEqualTo(first + 1);
        assertThat(counts.totals()).isEmpty();

        assertThat(counts.countNext(TARGETS, Math.toIntExact(last - first - 1))).isTrue();
        assertThat(position()).isEqualTo(last);
        assertThat(counts.totals()).containsExactly(new SlaCount(Priority.NORMAL, 1, 0, 0));

        countAll(counts);
        assertThat(counts.totals()).containsExactly(new SlaCount(Priority.NORMAL, 2, 0, 0));
        assertThat(position()).isGreaterThan(last);
        long before = position();
        Awaitility.await().until(() -> {
            countAll(counts);
            return position() > before;
        });
    }

    @Test
    void whatWasCountedAheadOfTheClockIsNotOfTheHourAndGoes() {
        UUID task = submissions.task("t", Priority.NORMAL);
        end("COMPLETED", null, task);
        database.client()
                .sql("update event set at = at + interval '10 minutes' where task_id = ?")
                .param(task)
                .update();
        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 0, 1, 0)));
        assertThat(counts.lastHour()).isEmpty();

        end("COMPLETED", null, submissions.task("t", Priority.NORMAL));

        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 1, 1, 0)));
        assertThat(counts.lastHour()).containsExactly(new SlaCount(Priority.NORMAL, 1, 0, 0));
        assertThat(number("select count(*) from sla_minute")).isEqualTo(1);
    }

    private long position() {
        return number("select xid::text::bigint from sla_position");
    }

    private long number(String sql) {
        return database.client().sql(sql).query(Long.class).single();
    }

    @Test
    void eachCountsOnceHoweverOftenAndByHoweverManyItIsRead() throws Exception {
        SlaCounts others = new SlaCounts(database.dataSource());
        List<UUID> tasks = IntStream.range(0, 40)
                .mapToObj(number -> submissions.task("t", Priority.NORMAL))
                .toList();
        tasks.forEach(task -> end("COMPLETED", null, task));

        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<?>> counting = List.of(two.submit(() -> countAll(counts)), two.submit(() -> countAll(others)));
            for (Future<?> each : counting) {
                each.get();
            }
        }

        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 40, 0, 0)));
        end("COMPLETED", null, submissions.task("t", Priority.NORMAL));
        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 41, 0, 0)));
    }

    @Test
    void whatEndedLongerAgoLeavesTheHourAndStaysInTheTotal() {
        UUID task = submissions.task("t", Priority.NORMAL);
        end("COMPLETED", null, task);
        database.client()
                .sql("update event set at = at - interval '62 minutes' where task_id = ?")
                .param(task)
                .update();

        awaitTotals(List.of(new SlaCount(Priority.NORMAL, 1, 0, 0)));
        assertThat(counts.lastHour()).isEmpty();
    }

    private static void countAll(SlaCounts by) {
        for (boolean more = true; more; ) {
            more = by.countNext(TARGETS, 7);
        }
    }

    /** Others use this server: until their transactions have ended, what came after them is not read. */
    private void awaitTotals(List<SlaCount> totals) {
        Awaitility.await().untilAsserted(() -> {
            countAll(counts);
            assertThat(database.client().sql("""
                                    select count(*) from event e, sla_position p where e.xid >= p.xid
                                    """).query(Long.class).single()).isZero();
            assertThat(counts.totals()).containsExactlyInAnyOrderElementsOf(totals);
        });
    }

    private void createdBefore(Duration ago, UUID task) {
        database.client()
                .sql("update task set created_at = created_at - ? * interval '1 second' where task_id = ?")
                .params(ago.toSeconds(), task)
                .update();
    }

    private void end(String status, @Nullable String code, UUID task) {
        database.client()
                .sql(
                        "update task_state set status = ?::task_status, error_code = ?, ended_at = now() where task_id = ?")
                .params(status, code, task)
                .update();
    }
}
