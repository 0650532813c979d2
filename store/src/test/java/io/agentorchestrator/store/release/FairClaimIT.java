package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose tasks a claim takes where agents cannot have all that waits. */
class FairClaimIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final UseStore uses = new UseStore(database.dataSource());
    private final ContenderReader reader = new ContenderReader(database.dataSource());
    private final BacklogStore backlog =
            new BacklogStore(database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whoeverQueuesMostGetsNoMoreThanItsShare() {
        queue("a-many", 400);
        for (int n = 0; n < 9; n++) {
            queue("few-" + n, 4);
        }

        Map<String, Integer> taken = claim(20);

        assertThat(taken)
                .hasSize(10)
                .allSatisfy((tenant, tasks) -> assertThat(tasks).isEqualTo(2));
    }

    @Test
    void countsWhatWasUsedAndWhatIsOut() {
        queue("used", 40);
        queue("out", 40);
        queue("fresh", 40);
        uses.add(new TreeMap<>(Map.of("used", 5.0)));
        database.client()
                .sql("update task_state set status = 'RELEASED', released_at = now()"
                        + " where task_id in (select task_id from task_state where tenant = 'out' limit 3)")
                .update();

        assertThat(claim(7)).isEqualTo(Map.of("out", 2, "fresh", 5));
    }

    @Test
    void dividesByWeight() {
        List.of("one", "two", "four").forEach(tenant -> queue(tenant, 100));
        database.client()
                .sql(
                        "insert into tenant (name, weight, updated_at, updated_by) values ('two', 2, now(), ''), ('four', 4, now(), '')")
                .update();

        assertThat(claim(70)).isEqualTo(Map.of("one", 10, "two", 20, "four", 40));
    }

    @Test
    void findsTheEarliestDeadlineBehindManyWithout() {
        for (int n = 0; n < 300; n++) {
            submissions.task("t", Priority.NORMAL);
        }
        UUID later = submissions.taskWithDeadline(Instant.now().plusSeconds(7_200));
        UUID soon = submissions.taskWithDeadline(Instant.now().plusSeconds(3_600));

        assertThat(claimed(2)).containsExactlyInAnyOrder(later, soon);
    }

    @Test
    void takesNothingWhereAllThatWasDueHasLeft() {
        submissions.taskWithDeadline(Instant.now().plusSeconds(3_600));
        queue("other", 1);
        Contenders before = reader.read(Set.of("t"), TaskClasses.NONE, Ageing.STANDARD);
        assertThat(before.anyDue()).isTrue();
        assertThat(claimed(10)).hasSize(2);

        Claim again = backlog.claim(new Contended(FixedCredit.of("t", 10), before), 1_000, BacklogStore.Starts.ALL);

        assertThat(again.tasks()).isZero();
    }

    @Test
    void useHalvesWithEachHalfLifeAndSurvivesAChangeOfIt() {
        uses.add(new TreeMap<>(Map.of("a", 8.0, "b", 0.0001)));
        database.client()
                .sql("update use_scale set since = since - interval '30 min'")
                .update();
        database.client().sql("update tenant_use set scaled = scaled").update();

        assertThat(uses.uses(Set.of()).get("a")).isCloseTo(4, within(0.05));
        uses.rescale(Duration.ofMinutes(5));
        assertThat(uses.uses(Set.of("a")))
                .hasSize(1)
                .hasEntrySatisfying("a", used -> assertThat(used).isCloseTo(4, within(0.1)));
        database.client()
                .sql("update use_scale set since = since - interval '5 min'")
                .update();
        assertThat(uses.uses(Set.of()).get("a")).isCloseTo(2, within(0.05));
    }

    @Test
    void aSettingSaysHowFastTasksAgeAndJavaSaysTheSame() {
        database.client()
                .sql(
                        "insert into setting (name, value, updated_at, updated_by) values ('priority_ageing', 'PT2H', now(), '')")
                .update();
        UUID task = submissions.task("t", Priority.LOW);

        database.client()
                .sql(
                        "select rank, queued_at, uuid_extract_timestamp(task_id) as submitted from task_state where task_id = ?")
                .param(task)
                .query(row -> {
                    assertThat(row.getLong(1))
                            .isEqualTo(new Ageing(Duration.ofHours(2))
                                    .rank(
                                            Priority.LOW,
                                            row.getTimestamp(2).toInstant(),
                                            row.getTimestamp(3).toInstant(),
                                            task)
                                    .millis());
                });
    }

    private void queue(String tenant, int tasks) {
        for (int n = 0; n < tasks; n++) {
            UUID task = submissions.task("t", Priority.NORMAL);
            database.client()
                    .sql("update task_state set tenant = ? where task_id = ?")
                    .params(tenant, task)
                    .update();
        }
    }

    /** Tasks taken, by tenant. */
    private Map<String, Integer> claim(int slots) {
        Collection<UUID> claimed = claimed(slots);
        return database
                .client()
                .sql("select tenant from task_state where task_id = any(?)")
                .param(claimed.toArray(UUID[]::new))
                .query(String.class)
                .list()
                .stream()
                .collect(Collectors.toMap(tenant -> tenant, _ -> 1, Integer::sum));
    }

    private List<UUID> claimed(int slots) {
        FixedCredit credit = FixedCredit.of("t", slots);
        Contenders contenders = reader.read(Set.of("t"), TaskClasses.NONE, Ageing.STANDARD);
        Claim claim = backlog.claim(new Contended(credit, contenders), 1_000, BacklogStore.Starts.ALL);
        return database.client()
                .sql("select task_id from task_state where run_id = ?")
                .param(claim.starts().getFirst().key().runId())
                .query(UUID.class)
                .list();
    }

    record Contended(FixedCredit credit, Contenders contenders) implements ClaimPolicy {
        @Override
        public Selection begin(Outstanding outstanding) {
            return credit;
        }

        @Override
        public TaskClasses classes() {
            return credit.classes();
        }

        @Override
        public double expectedSeconds(TaskClass tasks) {
            return 1;
        }
    }
}
