package io.agentorchestrator.store.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.Claim;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitBy;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The line of what limits count, and the limits that a process knows. */
class LimitLineIT {
    private static final Set<String> TYPES = Set.of("t");
    private static final int TENANTS = 800;

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final LimitStore store = new LimitStore(database.dataSource());
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final LiveLimits limits = new LiveLimits(
            () -> {
                reads.incrementAndGet();
                return store.all();
            },
            nanos::get);
    private final LimitUpkeep upkeep = new LimitUpkeep(database.dataSource(), limits);
    private final BacklogStore backlog = new BacklogStore(
            database.dataSource(),
            new Uuid7(Clock.systemUTC()),
            Limits.MAX_GROUP_SIZE,
            List.of(new LimitGate(database.dataSource(), limits)));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aSelectorThatNobodyMeetsDoesNotStopTheOthersOfItsKey() {
        limit(2);
        TaskSelector mars = TaskSelector.parse("{\"region\":\"mars\"}");
        submissions.with(new Scheduling(false, mars, false, List.of("l:t"), BudgetTerms.NONE));
        submit(2, Priority.CRITICAL);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        List<UUID> others = submit(5, Priority.LOW);
        Fleet everybody = Fleet.of(List.of(new Fleet.AgentClass(TYPES, 10)));

        upkeep.putInLine();
        claim(everybody);
        assertThat(released()).as("the two that nobody takes are in line").isEmpty();

        staysInLine();
        upkeep.putInLine();
        claim(everybody);
        assertThat(released()).hasSize(2).isSubsetOf(others);
        staysInLine();
        upkeep.putInLine();
        assertThat(count("task_state where status = 'QUEUED' and held_by = selector_key"))
                .as("there is no room: nothing more goes to and fro")
                .isEqualTo(2);
    }

    @Test
    void aTenantThatNobodyServesDoesNotStopTheOthersOfItsKey() {
        limit(1);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        for (UUID task : submit(40, Priority.CRITICAL)) {
            database.client()
                    .sql("update task_state set tenant = 'unserved' where task_id = ?")
                    .param(task)
                    .update();
        }
        List<UUID> served = submit(1, Priority.LOW);
        Fleet fleet = Fleet.of(List.of(new Fleet.AgentClass(new Eligibility(TYPES, Set.of("default")), 10)));

        int looks = 0;
        for (; released().isEmpty() && looks < 50; looks++) {
            upkeep.putInLine();
            claim(fleet);
            staysInLine();
        }

        assertThat(released()).isEqualTo(served);
        assertThat(looks).as("more and more are passed at once").isLessThan(10);
    }

    @Test
    void aTenantWithManyHeldTasksHidesNobodyBehindALimit() {
        limit(2);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        List<UUID> many = of("many", submit(50, Priority.NORMAL));
        List<UUID> one = of("one", submit(1, Priority.NORMAL));

        upkeep.putInLine();
        claim(everybody());

        assertThat(released()).hasSize(2).containsAll(one).contains(many.getFirst());
    }

    @Test
    void whoeverHasUsedLeastGoesFirstBehindALimit() {
        limit(3);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        of("used", submit(20, Priority.NORMAL));
        List<UUID> fresh = of("fresh", submit(5, Priority.NORMAL));
        new UseStore(database.dataSource()).add(new TreeMap<>(Map.of("used", 1_000.0)));

        upkeep.putInLine();
        claim(everybody());

        assertThat(released()).hasSize(3).isSubsetOf(fresh);
    }

    @Test
    void theEarliestDeadlineGoesFirstBehindALimit() {
        limit(1);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        submit(50, Priority.NORMAL);
        submissions.taskWithDeadline(Instant.now().plusSeconds(7_200));
        UUID soon = submissions.taskWithDeadline(Instant.now().plusSeconds(3_600));

        upkeep.putInLine();
        claim(everybody());

        assertThat(released()).containsExactly(soon);
    }

    /** More tenants than a look finds; a limit that is never exceeded, and no task that goes to and fro. */
    @Test
    void eachOfManyTenantsHasItsTurnAndNothingGoesToAndFro() {
        int inFlight = 50;
        limit(inFlight);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        UUID first = of("tenant-0000", submit(1, Priority.NORMAL)).getFirst();
        heldLike(first, "tenant-0000", 4_000);
        heldLike(first, "tenant-' || to_char(n, 'FM0000') || '", TENANTS);
        long before = indexRowsRead();

        int rounds = 0;
        for (; servedTenants() <= TENANTS && rounds < 100; rounds++) {
            upkeep.putInLine();
            assertThat(count("task_state where status = 'QUEUED' and held_by = selector_key"))
                    .as("in line in round %d", rounds)
                    .isLessThanOrEqualTo(inFlight);
            claim(Fleet.of(List.of(new Fleet.AgentClass(TYPES, 1_000))));
            assertThat(count("task_state where status = 'QUEUED' and held_by = selector_key"))
                    .isZero();
            assertThat(released()).hasSize(inFlight);
            complete();
        }

        assertThat(rounds).as("each once before anybody twice, nearly").isLessThan(TENANTS / inFlight * 2);
        assertThat((indexRowsRead() - before) / rounds)
                .as("index entries in a round")
                .isLessThan(20_000);
    }

    @Test
    void aTenantThatNobodyServesTakesNoTurnOfOthersAgainAndAgain() {
        limit(1);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        of("unserved", submit(100, Priority.NORMAL));
        submit(10, Priority.NORMAL);
        new UseStore(database.dataSource()).add(new TreeMap<>(Map.of("default", 1_000.0)));
        Fleet fleet = Fleet.of(List.of(new Fleet.AgentClass(new Eligibility(TYPES, Set.of("default")), 10)));

        upkeep.putInLine();
        claim(fleet);
        assertThat(released()).as("who has used nothing is first").isEmpty();
        staysInLine();
        for (int turn = 0; turn < 5; turn++) {
            upkeep.putInLine();
            claim(fleet);
            assertThat(released()).as("turn %d", turn).hasSize(1);
            complete();
        }
    }

    /** A limit that was deleted has room for all, and a paused DAG's tasks stay where they are. */
    @Test
    void whatHasRoomAndCannotGoKeepsNoOtherLimitWaiting() {
        limit(2);
        submissions.with(Scheduling.limitedBy(List.of("a:gone")));
        UUID paused = submissions.task("t", Priority.NORMAL);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        List<UUID> others = submit(2, Priority.NORMAL);
        UUID dag = UUID.randomUUID();
        database.client()
                .sql(
                        "insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count, open_count, created_at, paused)"
                                + " values (?, 1, 'DAG', 'default', 'local', 'RUNNING', 1, 'w', 1, 1, now(), true)")
                .param(dag)
                .update();
        database.client()
                .sql("update task_state set run_id = ?, run_number = 1 where task_id = ?")
                .params(dag, paused)
                .update();

        upkeep.putInLine();
        claim(everybody());

        assertThat(released()).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    void aLookAtAnotherKindKeepsThePlaceAmongManyTenants() {
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        UUID first = of("tenant-0000", submit(1, Priority.NORMAL)).getFirst();
        heldLike(first, "tenant-' || to_char(n, 'FM0000') || '", TENANTS);
        HeldReader reader = new HeldReader(database.client());
        LimitReader.Held kind = new LimitReader.Held(LimitWrites.REASON + "l:t", "t");
        String last = "tenant-%04d".formatted(TENANTS);

        assertThat(tenants(reader.next(Map.of(kind, 1)))).doesNotContain(last);
        reader.next(Map.of(new LimitReader.Held(LimitWrites.REASON + "other:t", "t"), 1));

        assertThat(tenants(reader.next(Map.of(kind, 1)))).contains(last);
    }

    private static Set<String> tenants(Map<LimitReader.Held, List<Turn<UUID>>> next) {
        return next.values().stream().flatMap(List::stream).map(Turn::tenant).collect(Collectors.toSet());
    }

    @Test
    void aClaimGoesByALimitThatIsOlderThanASecond() {
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        submit(3, Priority.NORMAL);
        limits.refresh();
        store.put(new CapacityLimit("l", new LimitBy.TaskType(), null, 1, null, null), "test");
        database.client().sql("update task_state set held_by = selector_key").update();
        nanos.addAndGet(LiveLimits.READ_EVERY.toNanos());

        claim(Fleet.of(List.of(new Fleet.AgentClass(TYPES, 10))));

        assertThat(released()).hasSize(1);
    }

    @Test
    void aClaimOfWhatNothingLimitsReadsNoLimits() {
        submissions.with(Scheduling.PLAIN);
        submit(3, Priority.NORMAL);
        limits.refresh();
        nanos.addAndGet(LiveLimits.READ_EVERY.toNanos());

        claim(Fleet.of(List.of(new Fleet.AgentClass(TYPES, 10))));

        assertThat(released()).hasSize(3);
        assertThat(reads).hasValue(1);
    }

    private int count(String rows) {
        return database.client()
                .sql("select count(*) from " + rows)
                .query(Integer.class)
                .single();
    }

    private void limit(int inFlight) {
        store.put(new CapacityLimit("l", new LimitBy.TaskType(), null, inFlight, null, null), "test");
        limits.refresh();
    }

    private static Fleet everybody() {
        return Fleet.of(List.of(new Fleet.AgentClass(TYPES, 10)));
    }

    private List<UUID> of(String tenant, List<UUID> tasks) {
        database.client()
                .sql("update task_state set tenant = ? where task_id = any(?)")
                .params(tenant, tasks.toArray(UUID[]::new))
                .update();
        return tasks;
    }

    /** Further held tasks like this one, the number n of which has this tenant. */
    private void heldLike(UUID task, String tenant, int count) {
        database.client().sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, queued_at, needs_claim, limit_keys, held_by)
                        select uuidv7(), '%s', s.task_type, s.priority, s.status, s.queued_at, true, s.limit_keys, s.held_by
                        from task_state s, generate_series(1, ?) n where s.task_id = ?
                        """.formatted(tenant)).params(count, task).update();
        database.client().sql("""
                        insert into task (task_id, tenant, principal, region, task_type, payload, priority, estimated_complexity, timeout_millis,
                          max_attempts, retry_initial_millis, retry_coefficient, retry_max_millis, created_at)
                        select s.task_id, s.tenant, 'test', 'local', s.task_type, '{}', s.priority, 1, 1, 1, 1, 1, 1, now() from task_state s
                        where not exists (select from task t where t.task_id = s.task_id)
                        """).update();
        database.client().sql("analyze task_state").update();
    }

    private int servedTenants() {
        return count("(select distinct tenant from task_state where status = 'COMPLETED') t");
    }

    private void complete() {
        database.client()
                .sql("update task_state set status = 'COMPLETED' where status = 'RELEASED'")
                .update();
    }

    private long indexRowsRead() {
        database.client().sql("select pg_stat_force_next_flush()").query(row -> {});
        return database.client()
                .sql("select sum(idx_tup_read) from pg_stat_user_indexes where relname like 'task_state%'")
                .query(Long.class)
                .single();
    }

    private List<UUID> submit(int count, Priority priority) {
        List<UUID> tasks = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            tasks.add(submissions.task("t", priority));
        }
        return tasks;
    }

    /** Lets so much time pass that what is in line counts no more. */
    private void staysInLine() {
        database.client()
                .sql("update task_state set lined_at = lined_at - ? * interval '1 millisecond'")
                .param(LineRoom.STALE_AFTER.toMillis() + 10)
                .update();
    }

    private void claim(Fleet fleet) {
        FixedCredit credit = new FixedCredit(fleet, Map.of());
        Claim claim;
        do {
            claim = backlog.claim(credit, 100, BacklogStore.Starts.ALL);
        } while (claim.more());
    }

    private List<UUID> released() {
        return database.client()
                .sql("select task_id from task_state where status = 'RELEASED' order by task_id")
                .query(UUID.class)
                .list();
    }
}
