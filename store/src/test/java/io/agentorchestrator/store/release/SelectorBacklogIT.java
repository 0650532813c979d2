package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.selector.AgentTraits;
import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks with selectors leave the backlog for agents that meet them, and stand in nobody's way until then. */
class SelectorBacklogIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final BacklogStore backlog =
            new BacklogStore(database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void eachLineIsFilledByItsAgentsAlone() {
        UUID marsFirst = task("mars", Priority.CRITICAL);
        UUID eu = task("eu", Priority.LOW);
        UUID us = task("us", Priority.HIGH);
        UUID anywhere = submissions.with(Scheduling.PLAIN).task("t", Priority.LOW);
        FixedCredit credit = credit();

        assertThat(backlog.queueFronts(credit.classes()))
                .extracting(front -> front.rank().taskId())
                .containsExactlyInAnyOrder(eu, us, anywhere);
        Claim claim = backlog.claim(credit, 100, BacklogStore.Starts.ALL);

        assertThat(members(claim)).containsExactly(us, eu, anywhere).doesNotContain(marsFirst);
        assertThat(backlog.outstanding(credit.classes(), agent -> true).byClass())
                .isEqualTo(Map.of(
                        TaskClass.of("t"), Map.of(Priority.LOW, 1),
                        classOf(credit, "eu"), Map.of(Priority.LOW, 1),
                        classOf(credit, "us"), Map.of(Priority.HIGH, 1)));
    }

    @Test
    void agentsOfOtherKindsTakeNoTaskBeyondTheRoomOfThoseThatMeetIt() {
        List<UUID> ofEu =
                List.of(task("eu", Priority.NORMAL), task("eu", Priority.NORMAL), task("eu", Priority.NORMAL));

        Claim claim = backlog.claim(credit(), 100, BacklogStore.Starts.ALL);

        assertThat(members(claim)).containsExactly(ofEu.get(0), ofEu.get(1));
    }

    @Test
    void linesTakeTurnsWhereThereAreMoreThanALookGoesBy() {
        for (String region : List.of("a", "b", "c", "d", "e")) {
            task(region, Priority.NORMAL);
            task(region, Priority.NORMAL);
        }

        List<WaitingSelector> first = backlog.waitingSelectors(TaskSelector.KEY_PREFIX, 3);
        List<WaitingSelector> rest = backlog.waitingSelectors(first.getLast().key(), 3);

        assertThat(first).hasSize(3).isSubsetOf(all());
        assertThat(rest).hasSize(2).isSubsetOf(all()).doesNotContainAnyElementsOf(first);
        assertThat(all())
                .hasSize(5)
                .extracting(each -> each.conditions().region())
                .contains("a", "b", "c", "d", "e");
    }

    @Test
    void whatALimitHeldGoesBackToItsLine() {
        UUID eu = task("eu", Priority.NORMAL);
        ReleaseWrites writes = new ReleaseWrites(database.client());
        writes.hold(Map.of(eu, "TEST:full"));
        assertThat(all()).isEmpty();

        assertThat(writes.putInLine("TEST:full", 10)).isOne();

        assertThat(members(backlog.claim(credit(), 100, BacklogStore.Starts.ALL)))
                .containsExactly(eu);
    }

    @Test
    void aLongLineThatNobodyServesIsNotWalked() {
        UUID mars = task("mars", Priority.CRITICAL);
        database.client()
                .sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, queued_at, needs_claim, selector_key, held_by)
                        select uuidv7(), s.tenant, s.task_type, s.priority, s.status, s.queued_at, true, s.selector_key, s.held_by
                        from task_state s, generate_series(1, ?) where s.task_id = ?
                        """)
                .params(Integer.getInteger("backlog.rows", 20_000), mars)
                .update();
        database.client().sql("analyze task_state").update();
        UUID plain = submissions.with(Scheduling.PLAIN).task("t", Priority.LOW);
        long before = indexRowsRead();

        assertThat(backlog.waitingSelectors(TaskSelector.KEY_PREFIX, 100)).hasSize(1);
        assertThat(backlog.queueFronts(credit().classes())).hasSize(1);
        assertThat(members(backlog.claim(credit(), 100, BacklogStore.Starts.ALL)))
                .containsExactly(plain);

        assertThat(indexRowsRead() - before).isLessThan(500);
    }

    @Test
    void aTenantWithManyTasksHidesNobodyInTheLineOfASelector() {
        for (int n = 0; n < 300; n++) {
            of("many", task("eu", Priority.NORMAL));
        }
        UUID one = of("one", task("eu", Priority.NORMAL));

        assertThat(members(backlog.claim(contended(), 100, BacklogStore.Starts.ALL)))
                .hasSize(2)
                .contains(one);
    }

    @Test
    void theEarliestDeadlineGoesFirstInTheLineOfASelector() {
        for (int n = 0; n < 300; n++) {
            task("eu", Priority.NORMAL);
        }
        UUID later = submissions.taskWithDeadline(Instant.now().plusSeconds(7_200));
        UUID soon = submissions.taskWithDeadline(Instant.now().plusSeconds(3_600));

        assertThat(members(backlog.claim(contended(), 100, BacklogStore.Starts.ALL)))
                .containsExactlyInAnyOrder(soon, later);
    }

    @Test
    void eachLineHasItsTenants() {
        of("one", task("eu", Priority.NORMAL));
        of("two", task("us", Priority.NORMAL));
        of("three", submissions.with(Scheduling.PLAIN).task("t", Priority.LOW));

        Contenders contenders = contended().contenders();

        assertThat(contenders.tenants(Set.of("t"))).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(contenders.tenantsByLine())
                .hasSize(3)
                .allSatisfy((line, tenants) -> assertThat(tenants).hasSize(1))
                .containsEntry(new BacklogLine("t", TaskSelector.NO_KEY), List.of("three"));
    }

    private UUID of(String tenant, UUID task) {
        database.client()
                .sql("update task_state set tenant = ? where task_id = ?")
                .params(tenant, task)
                .update();
        return task;
    }

    private FairClaimIT.Contended contended() {
        FixedCredit credit = credit();
        return new FairClaimIT.Contended(
                credit,
                new ContenderReader(database.dataSource()).read(Set.of("t"), credit.classes(), Ageing.STANDARD));
    }

    /** Index entries of the backlog that this session has read so far. */
    private long indexRowsRead() {
        database.client().sql("select pg_stat_force_next_flush()").query(row -> {});
        return database.client().sql("""
                        select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes where relname like 'task_state%'
                          and (indexrelname like '%held_by%')""").query(Long.class).single();
    }

    private UUID task(String region, Priority priority) {
        return submissions
                .with(Scheduling.at(TaskSelector.parse("{\"region\":\"" + region + "\"}")))
                .task("t", priority);
    }

    private List<WaitingSelector> all() {
        return backlog.waitingSelectors(TaskSelector.KEY_PREFIX, 100);
    }

    /** Two slots in each of two regions. */
    private FixedCredit credit() {
        return new FixedCredit(Fleet.of(List.of(agents("eu"), agents("us")), all()), Map.of());
    }

    private static Fleet.AgentClass agents(String region) {
        return new Fleet.AgentClass(
                new Eligibility(Set.of("t"), null, new AgentTraits(region, "1.0", Map.of("name", region))), 2);
    }

    private static TaskClass classOf(FixedCredit credit, String region) {
        String key = TaskSelector.parse("{\"region\":\"" + region + "\"}").key("t");
        return credit.classes().of("t", "default", key);
    }

    private List<UUID> members(Claim claim) {
        return claim.starts().stream()
                .flatMap(start -> database
                        .client()
                        .sql("select task_id from task_state where run_id = ? order by task_index")
                        .param(start.key().runId())
                        .query(UUID.class)
                        .list()
                        .stream())
                .toList();
    }
}
