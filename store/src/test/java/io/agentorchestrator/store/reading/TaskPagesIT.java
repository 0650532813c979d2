package io.agentorchestrator.store.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.page.KeysetScan;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** That pages together are the list, in its order, whatever the filters, and however early each page has to stop. */
class TaskPagesIT {
    private static final int TASKS = 8_000;
    private static final TestDatabase DATABASE = PostgresServer.shared().newDatabase();
    private static final KeysetScan IMPATIENT = new KeysetScan(Duration.ZERO, System::nanoTime);

    private static final String SCAN = "CTE lowest";

    private static final Map<String, Set<UUID>> OTHERS = new HashMap<>();

    /** Two steps a page: the clock goes on by a millisecond each time that it is asked. */
    private static final AtomicLong MILLIS = new AtomicLong();

    private static final KeysetScan TWO_STEPS =
            new KeysetScan(Duration.ofMillis(4), () -> MILLIS.incrementAndGet() * 1_000_000);

    private final TaskPages tasks = new TaskPages(DATABASE.dataSource(), IMPATIENT);
    private final TaskPages further = new TaskPages(DATABASE.dataSource(), TWO_STEPS);
    private final DagPages dags = new DagPages(DATABASE.dataSource(), IMPATIENT);

    @BeforeAll
    static void fill() {
        DATABASE.client().sql("""
                        insert into dag (dag_id, tenant, principal, region, name, on_failure, priority, labels, task_count, plan,
                          critical_path, critical_path_seconds, created_at)
                        select uuidv7(), 'tenant-' || n % 2, 'ann', 'here', 'name-' || n % 7, 'CONTINUE', 'NORMAL',
                          case when n % 3 = 0 then jsonb_build_object('team', 't' || n % 5) else '{}' end, 1, ''::bytea, '{}', 1, now()
                        from generate_series(1, ?) n
                        """).param(TASKS).update();
        DATABASE.client().sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                          open_count, created_at, paused)
                        select dag_id, number, 'DAG', tenant, 'here',
                          case when number = 1 then 'FAILED'
                               else (enum_range(null::run_status))[1 + mod(hashtext(dag_id::text) & 1023, 7)]::text end::run_status,
                          1, 'w', 1, 0, now(), hashtext(dag_id::text) & 3 = 0
                        from (select *, row_number() over (order by dag_id) as n from dag) d,
                          generate_series(1, 1 + (n % 2)::integer) number
                        """).update();
        DATABASE.client()
                .sql("update run set status = 'RUNNING' where status = 'PAUSED'")
                .update();
        DATABASE.client().sql("""
                        insert into task (task_id, tenant, principal, region, dag_id, task_type, payload, priority,
                          estimated_complexity, timeout_millis, max_attempts, retry_initial_millis, retry_coefficient,
                          retry_max_millis, labels, created_at)
                        select uuidv7(), case when n % 7 = 0 then 'tenant-2' else 'tenant-' || n % 2 end, 'ann', 'here',
                          case when n % 4 = 0 then (select dag_id from dag where tenant = 'tenant-' || n % 2 limit 1) end,
                          'type-' || n % 11, '{}', (enum_range(null::priority_key))[1 + n % 5], 1, 1, 1, 1, 1, 1,
                          case when n % 3 = 0 then jsonb_build_object('team', 't' || n % 5, 'big', 'x=' || n % 2) else '{}' end, now()
                        from generate_series(1, :tasks) n
                        """).param("tasks", TASKS).update();
        for (String tenant : List.of("tenant-0", "tenant-1", "tenant-2")) {
            OTHERS.put(
                    tenant,
                    Set.copyOf(DATABASE.client()
                            .sql("select task_id from task where tenant <> ?")
                            .param(tenant)
                            .query(UUID.class)
                            .list()));
        }
        DATABASE.client().sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, agent_id)
                        select task_id, tenant, task_type, priority,
                          (enum_range(null::task_status))[1 + mod(hashtext(task_id::text) & 1023, 10)],
                          'agent-' || (hashtext(task_id::text) >> 10 & 7)
                        from task
                        """).update();
        DATABASE.client().sql("""
                        insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, ended_at, outcome)
                        select task_id, number, tenant, 1, number, 'agent-' || (hashtext(task_id::text || number) & 7), now(), 'FAILED'
                        from task_state, generate_series(1, 2) number where hashtext(task_id::text) & 1 = 0
                        """).update();
        DATABASE.client().sql("analyze").update();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @RepeatedTest(40)
    void pagesOfTasksAreTheList() {
        long seed = System.nanoTime();
        TaskQuery query = query(new Random(seed));

        assertThat(all(tasks, query)).as("seed %s, %s", seed, query).isEqualTo(expected(query));
    }

    /** Second steps scan all states where the tenant's are most of them. */
    @RepeatedTest(40)
    void soTheyAreWithFurtherSteps() {
        long seed = System.nanoTime();
        TaskQuery query = query(new Random(seed));

        assertThat(all(further, query)).as("seed %s, %s", seed, query).isEqualTo(expected(query));
    }

    @Test
    void whatIsRareIsScannedForWhereTheTenantHasMuchAndWalkedForElsewhere() {
        PlanRecorder recorder = new PlanRecorder(DATABASE.dataSource());
        TaskPages pages = new TaskPages(recorder, TWO_STEPS);

        pages.page(rare("tenant-1"));
        assertThat(recorder.takePlans()).contains(SCAN);
        pages.page(rare("tenant-2"));
        assertThat(recorder.takePlans()).doesNotContain(SCAN);
    }

    private static TaskQuery rare(String tenant) {
        return new TaskQuery(
                tenant, Set.of(TaskStatus.COMPLETED), null, Priority.CRITICAL, null, null, "{}", null, 900);
    }

    private static TaskQuery query(Random random) {
        return new TaskQuery(
                "tenant-" + random.nextInt(3),
                random.nextBoolean() ? Set.of() : some(TaskStatus.class, random),
                random.nextInt(3) == 0 ? "type-" + random.nextInt(12) : null,
                random.nextInt(4) == 0 ? List.of(Priority.HIGH, Priority.LOW).get(random.nextInt(2)) : null,
                random.nextInt(5) == 0 ? anyDag() : null,
                random.nextInt(4) == 0 ? "agent-" + random.nextInt(8) : null,
                random.nextInt(4) == 0 ? "{\"team\":\"t" + random.nextInt(6) + "\",\"big\":\"x=1\"}" : "{}",
                null,
                1 + random.nextInt(400));
    }

    @RepeatedTest(20)
    void pagesOfDagsAreTheList() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        DagQuery query = new DagQuery(
                "tenant-" + random.nextInt(3),
                random.nextBoolean() ? Set.of() : some(RunStatus.class, random),
                random.nextInt(3) == 0 ? "name-" + random.nextInt(8) : null,
                random.nextInt(4) == 0 ? "{\"team\":\"t" + random.nextInt(6) + "\"}" : "{}",
                null,
                1 + random.nextInt(400));

        assertThat(all(query)).as("seed %s, %s", seed, query).isEqualTo(expected(query));
    }

    @Test
    void aPageThatHasLookedForLongEnoughAnswersWhatItFoundAndGoesOn() {
        TaskQuery query = new TaskQuery(
                "tenant-0", Set.of(TaskStatus.COMPLETED), null, Priority.HIGH, null, null, "{}", null, 400);

        Page<UUID, TaskFacts> page = tasks.page(query);

        assertThat(page.next()).isNotNull();
        assertThat(page.items()).hasSizeLessThan(expected(query).size());
    }

    /** All pages; no cursor is the id of another tenant's task. */
    private static List<UUID> all(TaskPages tasks, TaskQuery query) {
        List<UUID> found = new ArrayList<>();
        UUID before = null;
        do {
            Page<UUID, TaskFacts> page = tasks.page(new TaskQuery(
                    query.tenant(),
                    query.statuses(),
                    query.taskType(),
                    query.priority(),
                    query.dagId(),
                    query.agentId(),
                    query.labels(),
                    before,
                    query.limit()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            page.items().forEach(task -> found.add(task.taskId()));
            before = page.next();
            assertThat(before == null || !OTHERS.get(query.tenant()).contains(before))
                    .isTrue();
        } while (before != null);
        return found;
    }

    private List<UUID> all(DagQuery query) {
        List<UUID> found = new ArrayList<>();
        UUID before = null;
        do {
            Page<UUID, DagFacts> page = dags.page(new DagQuery(
                    query.tenant(), query.statuses(), query.name(), query.labels(), before, query.limit()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            page.items().forEach(dag -> found.add(dag.dagId()));
            before = page.next();
        } while (before != null);
        return found;
    }

    private static List<UUID> expected(TaskQuery query) {
        return DATABASE.client()
                .sql("""
                        select t.task_id from task t join task_state s on s.task_id = t.task_id
                        where t.tenant = :tenant and (:any or s.status::text = any(:statuses))
                          and (:type::text is null or t.task_type = :type::text)
                          and (:priority::text is null or s.priority::text = :priority::text)
                          and (:dag::uuid is null or t.dag_id = :dag::uuid)
                          and (:agent::text is null or s.agent_id = :agent::text
                               or :agent::text in (select agent_id from task_attempt a where a.task_id = t.task_id))
                          and t.labels @> :labels::jsonb
                        order by t.task_id desc
                        """)
                .param("tenant", query.tenant())
                .param("any", query.statuses().isEmpty())
                .param("statuses", query.statuses().stream().map(Enum::name).toArray(String[]::new))
                .param("type", query.taskType())
                .param(
                        "priority",
                        query.priority() == null ? null : query.priority().name())
                .param("dag", query.dagId())
                .param("agent", query.agentId())
                .param("labels", query.labels())
                .query(UUID.class)
                .list();
    }

    private static List<UUID> expected(DagQuery query) {
        return DATABASE.client()
                .sql("""
                        select d.dag_id from dag d
                        cross join lateral (select * from run where run_id = d.dag_id order by run_number desc limit 1) r
                        where d.tenant = :tenant
                          and (:any or case when r.paused and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED') then 'PAUSED'
                                            else r.status::text end = any(:statuses))
                          and (:name::text is null or d.name = :name::text) and d.labels @> :labels::jsonb
                        order by d.dag_id desc
                        """)
                .param("tenant", query.tenant())
                .param("any", query.statuses().isEmpty())
                .param("statuses", query.statuses().stream().map(Enum::name).toArray(String[]::new))
                .param("name", query.name())
                .param("labels", query.labels())
                .query(UUID.class)
                .list();
    }

    private static UUID anyDag() {
        return DATABASE.client()
                .sql("select dag_id from task where dag_id is not null limit 1")
                .query(UUID.class)
                .single();
    }

    private static <E extends Enum<E>> Set<E> some(Class<E> type, Random random) {
        Set<E> some = EnumSet.noneOf(type);
        for (E value : type.getEnumConstants()) {
            if (random.nextInt(3) == 0) {
                some.add(value);
            }
        }
        return some;
    }
}
