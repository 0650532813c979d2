package io.agentorchestrator.store.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class RetentionIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MONTH = Duration.ofDays(30);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final JdbcClient client = database.client();
    private final Retention retention = new Retention(database.dataSource(), 3);

    @BeforeEach
    void weeksOfThePast() {
        client.sql("select ensure_partitions((now() at time zone 'UTC')::date - 80, 70)")
                .query(Integer.class)
                .single();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatEndedLongAgoGoesWithAllThatIsItsAndNothingElseDoes() {
        for (int i = 0; i < 10; i++) {
            task("COMPLETED", HOUR.multipliedBy(2), null);
        }
        UUID young = task("COMPLETED", HOUR.dividedBy(2), null);
        UUID open = task("QUEUED", DAY, null);

        tasks(HOUR);

        assertThat(ids("task")).containsExactlyInAnyOrder(young, open);
        assertThat(ids("task_state")).containsExactlyInAnyOrder(young, open);
        assertThat(counts())
                .containsEntry("task_attempt", 2L)
                .containsEntry("label", 2L)
                .containsEntry("task_checkpoint", 2L)
                .containsEntry("late_outcome", 2L);
    }

    @Test
    void anOpenDeadLetterKeepsItselfOnly() {
        UUID letter = task("FAILED", DAY, null);
        UUID reprocessed = task("FAILED", DAY, null);
        deadLetter(letter, "OPEN");
        deadLetter(reprocessed, "REPROCESSED");
        task("COMPLETED", DAY, null);

        tasks(HOUR);

        assertThat(ids("task")).containsExactly(letter);
        assertThat(ids("dead_letter")).containsExactly(letter);
    }

    @Test
    void dagsGoWithTheirTasksOnceAllOfThemIsOver() {
        UUID over = dag("COMPLETED", DAY);
        task("COMPLETED", DAY, over);
        UUID young = dag("COMPLETED", HOUR.dividedBy(2));
        UUID ofYoung = task("COMPLETED", DAY, young);
        UUID unfinished = dag("RUNNING", DAY);
        UUID ofUnfinished = task("COMPLETED", DAY, unfinished);
        UUID paused = dag("PENDING", DAY);
        client.sql("update run set paused = true where run_id = ?")
                .param(paused)
                .update();
        UUID ofPaused = task("COMPLETED", DAY, paused);
        UUID again = dag("COMPLETED", DAY);
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                          open_count, created_at)
                        values (?, 2, 'DAG', 'default', 'here', 'RUNNING', 1, 'w', 1, 1, now())
                        """).param(again).update();
        UUID ofAgain = task("COMPLETED", DAY, again);
        UUID withLetter = dag("FAILED", DAY);
        UUID letter = task("FAILED", DAY, withLetter);
        UUID besideLetter = task("CANCELLED", DAY, withLetter);
        deadLetter(letter, "OPEN");

        tasks(HOUR);
        tasks(HOUR);

        assertThat(ids("dag")).containsExactlyInAnyOrder(young, unfinished, paused, again, withLetter);
        assertThat(ids("task"))
                .containsExactlyInAnyOrder(ofYoung, ofUnfinished, ofPaused, ofAgain, letter, besideLetter);
        assertThat(client.sql("select count(*) from run").query(Integer.class).single())
                .isEqualTo(6);
        assertThat(client.sql("select count(*) from label where kind = 'DAG'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(5);
    }

    @Test
    void aGroupGoesWithTheLastOfItsTasks() {
        UUID group = run("GROUP", "COMPLETED", DAY);
        UUID letter = task("FAILED", DAY, null);
        client.sql("update task_state set run_id = ?, run_number = 1")
                .param(group)
                .update();
        deadLetter(letter, "OPEN");
        tasks(HOUR);
        assertThat(ids("run")).containsExactly(group);

        client.sql("update dead_letter set state = 'DELETED', left_at = now()").update();
        tasks(HOUR);
        tasks(HOUR);

        assertThat(ids("run")).isEmpty();
        assertThat(ids("task")).isEmpty();
    }

    @Test
    void aTaskWhoseEndHasNotBeenPassedOnStays() {
        UUID parent = task("FAILED", DAY, null);
        UUID child = task("WAITING", HOUR.dividedBy(2), null);
        client.sql("insert into task_dependency (parent_id, child_id, tenant) values (?, ?, 'default')")
                .params(parent, child)
                .update();
        tasks(HOUR);
        assertThat(ids("task")).containsExactlyInAnyOrder(parent, child);

        client.sql("update task_dependency set settled_at = now()").update();
        tasks(HOUR);

        assertThat(ids("task")).containsExactly(child);
    }

    @Test
    void aWeekOfWhichNothingIsToBeKeptIsDroppedAtOnceAndAYoungerOneIsLeftAlone() {
        UUID week = dag("COMPLETED", Duration.ofDays(50));
        for (int i = 0; i < 20; i++) {
            task("COMPLETED", Duration.ofDays(50), week);
        }
        UUID young = task("COMPLETED", Duration.ofDays(20), null);
        String partition = tableOf(
                "task",
                client.sql("select min(task_id::text)::uuid from task")
                        .query(UUID.class)
                        .single());

        assertThat(retention.tasks(MONTH)).isTrue();

        assertThat(ids("task")).containsExactly(young);
        assertThat(exists(partition)).isFalse();
        assertThat(exists(tableOf("task", young))).isTrue();
    }

    @Test
    void aWeekWithALetterIsThinnedOutAndGoesWithIt() {
        UUID letter = task("FAILED", Duration.ofDays(50), null);
        deadLetter(letter, "OPEN");
        for (int i = 0; i < 10; i++) {
            task("COMPLETED", Duration.ofDays(50), null);
        }
        String partition = tableOf("task", letter);

        tasks(MONTH);
        assertThat(ids("task")).containsExactly(letter);

        client.sql("update dead_letter set state = 'DELETED', left_at = now()").update();
        tasks(MONTH);
        tasks(MONTH);

        assertThat(ids("task")).isEmpty();
        assertThat(exists(partition)).isFalse();
    }

    @Test
    void aDagOfAnotherWeekKeepsItsTasksHere() {
        UUID dag = dag("RUNNING", Duration.ofDays(58));
        UUID task = task("COMPLETED", Duration.ofDays(50), dag);

        tasks(MONTH);

        assertThat(ids("task")).containsExactly(task);
        assertThat(ids("dag")).containsExactly(dag);
    }

    @Test
    void fromTwoWeeksOnAWeekIsLeftAloneUntilAllOfItIsOver() {
        UUID task = task("COMPLETED", Duration.ofDays(14).plusMinutes(1), null);

        tasks(Duration.ofDays(14));

        boolean itsWeekIsOver = client.sql("""
                        select date_trunc('week', (now() - interval '14 days 1 minute') at time zone 'UTC') + interval '7 days'
                          <= (now() - interval '14 days') at time zone 'UTC'
                        """).query(Boolean.class).single();
        assertThat(ids("task")).isEqualTo(itsWeekIsOver ? List.of() : List.of(task));
    }

    @Test
    void whatHasAnIdOfTheFutureEndsNow() {
        UUID wild = task("COMPLETED", Duration.ofDays(-400), null);
        client.sql("update task_state set ended_at = now() - interval '2 hours'")
                .update();
        assertThat(tableOf("task", wild)).isEqualTo("task_other");

        tasks(HOUR);

        assertThat(ids("task")).isEmpty();
    }

    @Test
    void eventsGoTenantByTenantButForThoseOfRunsThatHaveNotEnded() {
        UUID open = dag("RUNNING", DAY);
        client.sql("delete from event").update();
        for (String tenant : List.of("a", "b", "c")) {
            event(tenant, null, DAY);
            event(tenant, open, DAY);
            event(tenant, null, Duration.ZERO);
        }

        all(() -> retention.events(HOUR));
        all(() -> retention.events(HOUR));

        assertThat(client.sql("select count(*) filter (where run_id is not null) || ' ' || count(*) from event")
                        .query(String.class)
                        .single())
                .isEqualTo("3 6");
        client.sql("update run set status = 'COMPLETED', ended_at = now()").update();
        all(() -> retention.events(HOUR));

        assertThat(client.sql("select count(*) from event where tenant in ('a', 'b', 'c')")
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
        EventReader events = new EventReader(database.dataSource());
        assertThat(events.after("a", null, events.beginning(), 10)).hasSize(1);
    }

    @Test
    void whatIsBesideGoesByItsOwnPeriods() {
        client.sql("""
                        insert into agent (agent_id, tenant, principal, region, agent_types, pool, address, max_concurrent_tasks,
                          cost_factor, credential_sha256, state, registered_at, last_heartbeat_at)
                        select 'agent-' || n, 'default', 'me', 'here', '{t}', 't', 'a:1', 1, 0, ''::bytea, 'READY',
                          now() - interval '3 days', now() - n * interval '2 hours'
                        from generate_series(0, 3) n
                        """).update();
        client.sql("""
                        insert into command (command_id, tenant, principal, kind, code, reason, acknowledged_at)
                        select uuidv7(), 'default', 'me', 'CANCEL', '', '', case when n > 0 then now() - n * interval '2 hours' end
                        from generate_series(0, 3) n
                        """).update();
        client.sql("""
                        insert into idempotency_key (tenant, key, request_hash, response, created_at, expires_at)
                        select 'default', 'key-' || n, ''::bytea, '{}', now(), now() + (n - 5000) * interval '1 minute'
                        from generate_series(1, 5010) n
                        """).update();

        all(() -> retention.agents(DAY));
        assertThat(counts()).containsEntry("agent", 4L);
        all(() -> retention.agents(HOUR));
        all(() -> retention.commands(HOUR));
        all(retention::idempotencyKeys);

        assertThat(counts())
                .containsEntry("agent", 1L)
                .containsEntry("command", 1L)
                .containsEntry("idempotency_key", 10L);
    }

    @Test
    void oneDoesItAtATime() {
        Retention other = new Retention(database.dataSource());
        boolean[] othersTurn = {true};

        boolean mine = retention.exclusively(() -> othersTurn[0] = other.exclusively(() -> {}));

        assertThat(mine).isTrue();
        assertThat(othersTurn[0]).isFalse();
        assertThat(other.exclusively(() -> {})).isTrue();
    }

    @Test
    void sizesAreToldOfEveryTableThatGrows() {
        task("COMPLETED", DAY, null);

        assertThat(new TableSizes(database.dataSource()).sizes()).anySatisfy(size -> {
            assertThat(size.table()).isEqualTo("task");
            assertThat(size.bytes()).isPositive();
            assertThat(size.oldest()).isBetween(DAY.minusMinutes(5), DAY.plusMinutes(5));
        });
    }

    private void tasks(Duration period) {
        all(() -> retention.tasks(period));
    }

    private static void all(BooleanSupplier batch) {
        int batches = 0;
        while (batch.getAsBoolean()) {
            assertThat(batches++).isLessThan(1_000);
        }
    }

    private UUID task(String status, Duration ago, @Nullable UUID dag) {
        UUID id = client.sql("select uuidv7(- ? * interval '1 second')")
                .param(ago.toSeconds())
                .query(UUID.class)
                .single();
        client.sql("""
                        insert into task (task_id, tenant, principal, region, dag_id, task_type, payload, priority,
                          estimated_complexity, timeout_millis, max_attempts, retry_initial_millis, retry_coefficient,
                          retry_max_millis, labels, created_at)
                        values (?, 'default', 'me', 'here', ?, 't', '{}', 'NORMAL', 1, 1, 1, 1, 1, 1, '{"a": "b"}', now())
                        """).params(id, dag).update();
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, ended_at)
                        values (?, 'default', 't', 'NORMAL', ?::task_status, ?, ?,
                          case when ? in ('COMPLETED', 'FAILED', 'CANCELLED') then now() - ? * interval '1 second' end)
                        """)
                .params(id, status, dag, dag == null ? null : 1, status, ago.toSeconds())
                .update();
        client.sql("""
                        insert into task_attempt (task_id, attempt, tenant, run_number, epoch, ended_at, outcome)
                        values (?, 1, 'default', 1, 1, now(), 'COMPLETED')
                        """).param(id).update();
        client.sql("""
                        insert into late_outcome (task_id, epoch, attempt, tenant, outcome, cost_micro_usd, input_tokens, output_tokens)
                        values (?, 1, 1, 'default', 'COMPLETED', 0, 0, 0)
                        """).param(id).update();
        client.sql("insert into task_checkpoint values (?, 'default', 1, 1, 1, ''::bytea, now())")
                .param(id)
                .update();
        return id;
    }

    private UUID dag(String status, Duration ago) {
        UUID id = run("DAG", status, ago);
        client.sql("""
                        insert into dag (dag_id, tenant, principal, region, name, on_failure, priority, labels, task_count, plan,
                          critical_path, critical_path_seconds, created_at)
                        values (?, 'default', 'me', 'here', 'd', 'CONTINUE', 'NORMAL', '{"a": "b"}', 1, ''::bytea, '{}', 1, now())
                        """).param(id).update();
        return id;
    }

    private UUID run(String kind, String status, Duration ago) {
        UUID id = client.sql("select uuidv7(- ? * interval '1 second')")
                .param(ago.toSeconds())
                .query(UUID.class)
                .single();
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                          open_count, created_at, ended_at)
                        values (?, 1, ?::run_kind, 'default', 'here', ?::run_status, 1, 'w', 1, 0, now(),
                          case when ? in ('COMPLETED', 'FAILED', 'CANCELLED') then now() - ? * interval '1 second' end)
                        """).params(id, kind, status, status, ago.toSeconds()).update();
        return id;
    }

    private void deadLetter(UUID task, String state) {
        client.sql("""
                        insert into dead_letter (task_id, run_number, tenant, error_code, error_message, attempts, failed_at, state)
                        values (?, 0, 'default', 'X', '', 1, now(), ?::dead_letter_state)
                        """).params(task, state).update();
    }

    private void event(String tenant, @Nullable UUID run, Duration ago) {
        client.sql("""
                        insert into event (event_id, tenant, run_id, status) values (uuidv7(- ? * interval '1 second'), ?, ?, 'RUNNING')
                        """).params(ago.toSeconds(), tenant, run).update();
    }

    private List<UUID> ids(String table) {
        String column = table.equals("dag") || table.equals("run") ? table + "_id" : "task_id";
        return client.sql("select distinct " + column + " from " + table + " order by 1")
                .query(UUID.class)
                .list();
    }

    private String tableOf(String table, UUID id) {
        return client.sql("select tableoid::regclass::text from " + table + " where task_id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private boolean exists(String table) {
        return client.sql("select to_regclass(?) is not null")
                .param(table)
                .query(Boolean.class)
                .single();
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (String table : List.of(
                "task_attempt", "task_checkpoint", "late_outcome", "label", "agent", "command", "idempotency_key")) {
            counts.put(
                    table,
                    client.sql("select count(*) from " + table)
                            .query(Long.class)
                            .single());
        }
        return counts;
    }
}
