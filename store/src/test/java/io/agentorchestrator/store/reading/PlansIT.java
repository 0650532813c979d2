package io.agentorchestrator.store.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.limit.LimitUpkeep;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.ContenderReader;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.sla.SlaCounts;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitBy;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Ageing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** That frequent queries go by their indexes once the tables have grown. */
class PlansIT {
    private static final int DAGS = 400;
    private static final int TASKS_PER_DAG = 50;
    private static final TestDatabase DATABASE = PostgresServer.shared().newDatabase();

    /** The partition that has the rows, as in {@code event_20301231}; the planner may well read empty ones from end to end. */
    private static String day = "";

    private final PlanRecorder recorder = new PlanRecorder(DATABASE.dataSource());

    @BeforeAll
    static void fill() {
        DATABASE.client().sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                          open_count, created_at, verified_at)
                        select uuidv7(), 1, 'DAG', 'tenant-' || n % 10, 'here',
                          case when n % 20 = 0 then 'RUNNING' else 'COMPLETED' end::run_status, 1, 'w', ?, 0, now(), now()
                        from generate_series(1, ?) n
                        """).params(TASKS_PER_DAG, DAGS).update();
        DATABASE.client().sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index,
                          deadline)
                        select uuidv7(), r.tenant, 'type-' || n % 10, 'NORMAL',
                          case when n = 1 then 'FAILED' when r.status = 'RUNNING' then 'QUEUED' else 'COMPLETED' end::task_status,
                          r.run_id, 1, n, case when n % 3 = 0 then now() + n * interval '1 hour' end
                        from run r, generate_series(1, ?) n
                        """).param(TASKS_PER_DAG).update();
        DATABASE.client().sql("""
                        insert into task (task_id, tenant, principal, region, dag_id, task_type, payload, priority,
                          estimated_complexity, timeout_millis, max_attempts, retry_initial_millis, retry_coefficient,
                          retry_max_millis, created_at)
                        select task_id, tenant, 'ann', 'here', run_id, task_type, '{}', priority, 1, 1, 1, 1, 1, 1, now()
                        from task_state
                        """).update();
        DATABASE.client().sql("""
                        insert into task_dependency (parent_id, child_id, tenant, settled_at)
                        select task_id, uuidv7(), tenant, case when task_index > 1 then now() end from task_state
                        """).update();
        DATABASE.client().sql("""
                        insert into command (command_id, tenant, principal, kind, run_id, code, reason, acknowledged_at)
                        select uuidv7(), 'tenant-1', 'ann', 'CANCEL', run_id, '', '', now() from task_state
                        """).update();
        DATABASE.client().sql("analyze").update();
        day = DATABASE.client()
                .sql("select replace(min(tableoid::regclass::text), 'run_', '') from run")
                .query(String.class)
                .single();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void eventsOfATenantAndOfARunAreReadInTheOrderOfTheirIndexes() {
        EventReader events = new EventReader(recorder);
        UUID run = any("select run_id from run");
        Position middle = new Position(events.horizon() - 2, 0);
        recorder.takePlans();

        assertThat(events.after("tenant-1", null, events.beginning(), 100)).hasSize(100);
        assertThat(plans()).contains("event_day_tenant_xid_sequence_idx", "task_day_pkey");
        events.after("tenant-1", null, middle, 100);
        assertThat(plans()).contains("event_day_tenant_xid_sequence_idx");
        events.after("tenant-1", run, events.beginning(), 100);
        assertThat(plans()).contains("event_day_run_id_xid_sequence_idx");
        events.between(List.of("tenant-1", "tenant-2"), middle, middle.xid() + 2, 100);
        assertThat(plans()).contains("event_day_tenant_xid_sequence_idx");
    }

    @Test
    void endsAreCountedByTheIndexesOfEventsAndTasks() {
        SlaCounts counts = new SlaCounts(recorder);
        Map<Priority, Duration> targets = Map.of(Priority.NORMAL, Duration.ofHours(1));
        DATABASE.client()
                .sql("update sla_position set xid = (select max(xid) from event)")
                .update();
        Awaitility.await().untilAsserted(() -> {
            counts.countNext(targets, 1);
            assertThat(plans()).contains("event_day_tenant_xid_sequence_idx", "task_day_pkey", "task_state_day_pkey");
        });
    }

    @Test
    void runsThatNobodyHasSeenAreFoundByTheirIndex() {
        new RunReconciliation(recorder).takeUnverified(Duration.ofMinutes(1), 100);

        assertThat(plans()).contains("run_day_verified_at_idx");
    }

    @Test
    void anEndWithoutDependentsIsOneLookIntoTheOpenEdges() {
        UUID parent = any("select task_id from task_state where task_index > 1");

        new CrossRunDependents(recorder).propagate(List.of(parent));
        String passedOn = plans();
        new CrossRunDependents(recorder).sweep(100);

        assertThat(passedOn).contains("task_dependency_day_parent_id_idx").doesNotContain("task_state");
        assertThat(plans()).contains("task_dependency_day");
    }

    @Test
    void unsuccessfulTasksAreFoundByTheirIndex() {
        assertThat(new TaskReader(recorder)
                        .list(new TaskQuery(
                                "tenant-1", Set.of(TaskStatus.FAILED), null, null, null, null, "{}", null, 20))
                        .items())
                .hasSize(20);

        assertThat(plans()).contains("task_state_day_tenant_status_task_id_idx");
    }

    @Test
    void deadlinesThatHavePassedAreFoundByTheirIndex() {
        assertThat(new DeadlineStore(recorder).expire(100)).isEqualTo(new DeadlineStore.Expired(0, 0));

        assertThat(plans()).contains("task_state_day_deadline_idx");
    }

    @Test
    void openCommandsAreFoundByTheirIndex() {
        new CommandDelivery(recorder).take(100, Duration.ofSeconds(1));

        assertThat(plans()).contains("command_open");
    }

    @Test
    void theBacklogIsReadInItsOrderPausedRunsOrNot() {
        FixedCredit credit = FixedCredit.of("type-2", 5);

        assertThat(new BacklogStore(recorder, new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE)
                        .claim(credit, 5, BacklogStore.Starts.ALL)
                        .tasks())
                .isEqualTo(5);

        assertThat(plans()).contains("task_state_day_task_type_held_by_rank_task_id", "hashed SubPlan");
    }

    /** Versions before this one name held_by = '' in a task's type. */
    @Test
    void tenantsAndDeadlinesOfALineAreFoundByItsIndexes() {
        FixedCredit credit = FixedCredit.of("type-2", 5);
        ContenderReader reader = new ContenderReader(recorder);

        assertThat(reader.read(Set.of("type-2"), credit.classes(), Ageing.STANDARD)
                        .tenants(Set.of("type-2")))
                .isNotEmpty();

        // A plan does not show what is searched for each row of the walk over tenants; it is the search below.
        assertThat(plans()).contains("task_state_day_held_by_task_type_deadline_rank_idx");
        explain(
                "select q.tenant from task_state q where q.status = 'QUEUED' and q.held_by = '' and q.task_type = 'type-2'"
                        + " and q.tenant > 'tenant-1' order by q.tenant limit 1");
        assertThat(plans()).contains("task_state_day_held_by_task_type_tenant_rank_task_id_idx");
        explain(
                "select q.task_id from task_state q where q.status = 'QUEUED' and q.task_type = 'type-2' and q.held_by = ''"
                        + " and q.deadline is not null order by q.deadline limit 10");
        assertThat(plans()).contains("task_state_day_held_by_task_type_deadline_rank_idx");
        explain(
                "select h.held_by from task_state h where h.status = 'QUEUED' and h.held_by <> '' and h.held_by > 'selector:'"
                        + " and h.held_by < 'selector:g' order by h.held_by limit 1");
        assertThat(plans()).contains("task_state_day_held_by_task_type_tenant_rank_task_id_idx");
    }

    @Test
    void whatLimitsHoldAndCountIsFoundByTheIndexesOfLines() {
        LiveLimits limits = new LiveLimits(new LimitStore(recorder)::all);
        new LimitStore(DATABASE.dataSource())
                .put(new CapacityLimit("l", new LimitBy.TaskType(), null, 5, null, null), "test");
        DATABASE.client()
                .sql(
                        "update task_state set held_by = 'LIMIT:l:t', limit_keys = '{l:t}' where status = 'QUEUED' and task_type = 'type-3'")
                .update();
        DATABASE.client().sql("analyze task_state").update();
        recorder.takePlans();

        assertThat(new LimitUpkeep(recorder, limits).putInLine()).isTrue();

        assertThat(plans())
                .contains("task_state_day_held_by_task_type_tenant_rank_task_id_idx")
                .contains("task_state_day_task_type_held_by_rank_task_id")
                .contains("task_state_day_held_by_task_type_deadline_rank_idx")
                .contains("task_state_day_status_lined_at_idx");
    }

    private void explain(String sql) {
        JdbcClient.create(recorder).sql(sql).query(row -> {});
    }

    /** The plans since this was asked last, with the partitions that have the rows named {@code _day}. */
    private String plans() {
        String plans = recorder.takePlans().replace("_" + day, "_day");
        for (String table : List.of("event_day", "task_state_day", "task_day", "command")) {
            assertThat(plans).doesNotContain("Seq Scan on " + table);
        }
        return plans;
    }

    private static UUID any(String sql) {
        return DATABASE.client().sql(sql + " limit 1").query(UUID.class).single();
    }
}
