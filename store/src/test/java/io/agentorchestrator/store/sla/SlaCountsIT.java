package io.agentorchestrator.store.sla;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Priority;
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
        assertThat(new SlaCount(Priority.HIGH, 1, 3, 0).ratio()).isEqualTo(0.25);
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
                                    select count(*) from event e, sla_position p where (e.xid, e.sequence) > (p.xid, p.sequence)
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
