package io.agentorchestrator.store.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
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
    private final OldRows rows = new OldRows(database);
    private final Retention retention = new Retention(database.dataSource(), 3, 3);

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
            rows.task("COMPLETED", HOUR.multipliedBy(2), null);
        }
        UUID young = rows.task("COMPLETED", HOUR.dividedBy(2), null);
        UUID open = rows.task("QUEUED", DAY, null);
        client.sql("""
                        insert into charge (task_id, epoch, tenant, task_type, agent_type, cost_micro_usd, input_tokens, output_tokens, is_recorded, charged_at)
                        select task_id, 1, tenant, task_type, '', 1, 0, 0, true, now() from task
                        """).update();
        client.sql(
                        "insert into budget_account (account_id, tenant, on_exceeded) select task_id, tenant, 'FAIL' from task")
                .update();

        tasks(HOUR);

        assertThat(rows.ids("task")).containsExactlyInAnyOrder(young, open);
        assertThat(rows.ids("charge")).containsExactlyInAnyOrder(young, open);
        assertThat(client.sql("select account_id from budget_account")
                        .query(UUID.class)
                        .list())
                .containsExactlyInAnyOrder(young, open);
        assertThat(rows.ids("task_state")).containsExactlyInAnyOrder(young, open);
        assertThat(rows.counts())
                .containsEntry("task_attempt", 2L)
                .containsEntry("label", 2L)
                .containsEntry("task_checkpoint", 2L)
                .containsEntry("task_report", 2L)
                .containsEntry("late_outcome", 2L);
    }

    @Test
    void anOpenDeadLetterKeepsItselfOnly() {
        UUID letter = rows.task("FAILED", DAY, null);
        UUID reprocessed = rows.task("FAILED", DAY, null);
        rows.deadLetter(letter, "OPEN");
        rows.deadLetter(reprocessed, "REPROCESSED");
        rows.task("COMPLETED", DAY, null);

        tasks(HOUR);

        assertThat(rows.ids("task")).containsExactly(letter);
        assertThat(rows.ids("dead_letter")).containsExactly(letter);
    }

    @Test
    void dagsGoWithTheirTasksOnceAllOfThemIsOver() {
        UUID over = rows.dag("COMPLETED", DAY);
        rows.task("COMPLETED", DAY, over);
        UUID young = rows.dag("COMPLETED", HOUR.dividedBy(2));
        UUID ofYoung = rows.task("COMPLETED", DAY, young);
        UUID unfinished = rows.dag("RUNNING", DAY);
        UUID ofUnfinished = rows.task("COMPLETED", DAY, unfinished);
        UUID paused = rows.dag("PENDING", DAY);
        client.sql("update run set paused = true where run_id = ?")
                .param(paused)
                .update();
        UUID ofPaused = rows.task("COMPLETED", DAY, paused);
        UUID again = rows.dag("COMPLETED", DAY);
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                          open_count, created_at)
                        values (?, 2, 'DAG', 'default', 'here', 'RUNNING', 1, 'w', 1, 1, now())
                        """).param(again).update();
        UUID ofAgain = rows.task("COMPLETED", DAY, again);
        UUID withLetter = rows.dag("FAILED", DAY);
        UUID letter = rows.task("FAILED", DAY, withLetter);
        UUID besideLetter = rows.task("CANCELLED", DAY, withLetter);
        rows.deadLetter(letter, "OPEN");

        tasks(HOUR);
        tasks(HOUR);

        assertThat(rows.ids("dag")).containsExactlyInAnyOrder(young, unfinished, paused, again, withLetter);
        assertThat(client.sql("select account_id from budget_account")
                        .query(UUID.class)
                        .list())
                .containsExactlyInAnyOrder(young, unfinished, paused, again, withLetter);
        assertThat(rows.ids("task"))
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
        UUID group = rows.run("GROUP", "COMPLETED", DAY);
        UUID letter = rows.task("FAILED", DAY, null);
        client.sql("update task_state set run_id = ?, run_number = 1")
                .param(group)
                .update();
        rows.deadLetter(letter, "OPEN");
        tasks(HOUR);
        assertThat(rows.ids("run")).containsExactly(group);

        client.sql("update dead_letter set state = 'DELETED', left_at = now()").update();
        tasks(HOUR);
        tasks(HOUR);

        assertThat(rows.ids("run")).isEmpty();
        assertThat(rows.ids("task")).isEmpty();
    }

    @Test
    void aTaskWhoseEndHasNotBeenPassedOnStays() {
        UUID parent = rows.task("FAILED", DAY, null);
        UUID child = rows.task("WAITING", HOUR.dividedBy(2), null);
        client.sql("insert into task_dependency (parent_id, child_id, tenant) values (?, ?, 'default')")
                .params(parent, child)
                .update();
        tasks(HOUR);
        assertThat(rows.ids("task")).containsExactlyInAnyOrder(parent, child);

        client.sql("update task_dependency set settled_at = now()").update();
        tasks(HOUR);

        assertThat(rows.ids("task")).containsExactly(child);
    }

    @Test
    void aWeekOfWhichNothingIsToBeKeptIsDroppedAtOnceAndAYoungerOneIsLeftAlone() {
        UUID week = rows.dag("COMPLETED", Duration.ofDays(50));
        for (int i = 0; i < 20; i++) {
            rows.task("COMPLETED", Duration.ofDays(50), week);
        }
        UUID young = rows.task("COMPLETED", Duration.ofDays(20), null);
        String partition = rows.tableOf(
                "task",
                client.sql("select min(task_id::text)::uuid from task")
                        .query(UUID.class)
                        .single());

        assertThat(retention.tasks(MONTH)).isTrue();

        assertThat(rows.ids("task")).containsExactly(young);
        assertThat(rows.exists(partition)).isFalse();
        assertThat(rows.exists(rows.tableOf("task", young))).isTrue();
    }

    @Test
    void aWeekWithALetterIsThinnedOutAndGoesWithIt() {
        UUID letter = rows.task("FAILED", Duration.ofDays(50), null);
        rows.deadLetter(letter, "OPEN");
        for (int i = 0; i < 10; i++) {
            rows.task("COMPLETED", Duration.ofDays(50), null);
        }
        String partition = rows.tableOf("task", letter);

        tasks(MONTH);
        assertThat(rows.ids("task")).containsExactly(letter);

        client.sql("update dead_letter set state = 'DELETED', left_at = now()").update();
        tasks(MONTH);
        tasks(MONTH);

        assertThat(rows.ids("task")).isEmpty();
        assertThat(rows.exists(partition)).isFalse();
    }

    @Test
    void aDagOfAnotherWeekKeepsItsTasksHere() {
        UUID dag = rows.dag("RUNNING", Duration.ofDays(58));
        UUID task = rows.task("COMPLETED", Duration.ofDays(50), dag);

        tasks(MONTH);

        assertThat(rows.ids("task")).containsExactly(task);
        assertThat(rows.ids("dag")).containsExactly(dag);
    }

    @Test
    void fromTwoWeeksOnAWeekIsLeftAloneUntilAllOfItIsOver() {
        UUID task = rows.task("COMPLETED", Duration.ofDays(14).plusMinutes(1), null);

        tasks(Duration.ofDays(14));

        boolean itsWeekIsOver = client.sql("""
                        select date_trunc('week', (now() - interval '14 days 1 minute') at time zone 'UTC') + interval '7 days'
                          <= (now() - interval '14 days') at time zone 'UTC'
                        """).query(Boolean.class).single();
        assertThat(rows.ids("task")).isEqualTo(itsWeekIsOver ? List.of() : List.of(task));
    }

    @Test
    void whatHasAnIdOfTheFutureEndsNow() {
        UUID wild = rows.task("COMPLETED", Duration.ofDays(-400), null);
        client.sql("update task_state set ended_at = now() - interval '2 hours'")
                .update();
        assertThat(rows.tableOf("task", wild)).isEqualTo("task_other");

        tasks(HOUR);

        assertThat(rows.ids("task")).isEmpty();
    }

    @Test
    void eventsGoTenantByTenantButForThoseOfRunsThatHaveNotEnded() {
        UUID open = rows.dag("RUNNING", DAY);
        client.sql("delete from event").update();
        for (String tenant : List.of("a", "b", "c")) {
            rows.event(tenant, null, DAY);
            rows.event(tenant, open, DAY);
            rows.event(tenant, null, Duration.ZERO);
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
        assertThat(events.isRemovedAfter("a", null, events.beginning())).isTrue();
    }

    @Test
    void upToWhereAWeekOfEventsWasDroppedIsNotedForEachTenant() {
        client.sql("delete from event").update();
        client.sql("delete from removed_events").update();
        for (String tenant : List.of("a", "b")) {
            rows.event(tenant, null, Duration.ofDays(40));
            rows.event(tenant, null, Duration.ZERO);
        }
        rows.event("c", null, Duration.ZERO);
        EventReader events = new EventReader(database.dataSource());
        Position dropped =
                events.after("b", null, events.beginning(), 1).getFirst().position();
        String partition = client.sql(
                        "select tableoid::regclass::text from event where tenant = 'b' order by event_id limit 1")
                .query(String.class)
                .single();
        assertThat(events.isRemovedAfter("b", null, events.beginning())).isFalse();

        all(() -> retention.events(Cutoff.WHOLE_WEEKS_FROM));

        assertThat(rows.exists(partition)).isFalse();
        assertThat(events.isRemovedAfter("a", null, events.beginning())).isTrue();
        assertThat(events.isRemovedAfter("b", null, events.beginning())).isTrue();
        assertThat(events.isRemovedAfter("b", null, dropped)).isFalse();
        assertThat(events.isRemovedAfter("c", null, events.beginning())).isFalse();
    }

    @Test
    void whatIsBesideGoesByItsOwnPeriods() {
        client.sql("""
                        insert into agent (agent_id, tenant, principal, region, agent_types, pool, address, max_concurrent_tasks,
                          cost_factor, credential_salt, state, registered_at, last_heartbeat_at)
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
        assertThat(rows.counts()).containsEntry("agent", 4L);
        all(() -> retention.agents(HOUR));
        all(() -> retention.commands(HOUR));
        all(retention::idempotencyKeys);

        assertThat(rows.counts())
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

    private void tasks(Duration period) {
        all(() -> retention.tasks(period));
    }

    private static void all(BooleanSupplier batch) {
        int batches = 0;
        while (batch.getAsBoolean()) {
            assertThat(batches++).isLessThan(1_000);
        }
    }
}
