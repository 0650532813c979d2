package io.agentorchestrator.store.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class BudgetUpkeepIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final JdbcClient client = database.client();
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final PeriodBudgetStore periods = new PeriodBudgetStore(database.dataSource());
    private final BudgetUpkeep upkeep = new BudgetUpkeep(database.dataSource(), ids);
    private final Submissions submissions = new Submissions(database.dataSource());
    private final BacklogStore backlog = new BacklogStore(
            database.dataSource(), ids, Limits.MAX_GROUP_SIZE, List.of(new BudgetGate(database.dataSource())));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDearTypeKeepsNoOtherWaiting() {
        estimate("default", "dear", 3_000);
        estimate("default", "cheap", 10);
        spent("default", 3_000);
        period("daily", 0);
        submissions.task("dear", Priority.CRITICAL);
        submissions.task("cheap", Priority.NORMAL);
        submissions.task("cheap", Priority.NORMAL);
        claim();
        assertThat(count("held_by like 'BUDGET:P%'")).isEqualTo(3);

        period("daily", 5_000);

        assertThat(upkeep.putInLine()).isEqualTo(2);
        claim();
        assertThat(count("status = 'RELEASED' and task_type = 'cheap'")).isEqualTo(2);
        assertThat(count("held_by like 'BUDGET:P%' and task_type = 'dear'")).isOne();
    }

    @Test
    void aTenantsDearTypeKeepsNoOtherTenantWaiting() {
        estimate("default", "t", 3_000);
        estimate("other", "t", 10);
        spent("default", 3_000);
        period(PeriodBudget.INSTALLATION, 0);
        submissions.task("t", Priority.CRITICAL);
        UUID others = submissions.task("t", Priority.NORMAL);
        client.sql("update task_state set tenant = 'other' where task_id = ?")
                .param(others)
                .update();
        claim();
        assertThat(count("held_by like 'BUDGET:P%'")).isEqualTo(2);

        period(PeriodBudget.INSTALLATION, 5_000);

        assertThat(upkeep.putInLine()).isOne();
        claim();
        assertThat(count("status = 'RELEASED' and tenant = 'other'")).isOne();
    }

    @Test
    void aTaskThatTakesMoreThanAPeriodHasGoesAloneAndHasAllOfIt() {
        estimate("default", "t", 6_000);
        period("daily", 5_000);
        submissions.task("t", Priority.NORMAL);
        submissions.task("t", Priority.NORMAL);

        claim();

        assertThat(count("status = 'RELEASED'")).isOne();
        assertThat(number("select cost_micro_usd from budget_reservation")).isEqualTo(5_000);
        assertThat(upkeep.putInLine()).as("not beside the first").isZero();
        client.sql("update task_state set status = 'COMPLETED', ended_at = now() where status = 'RELEASED'")
                .update();
        assertThat(upkeep.putInLine()).isOne();
        spent("default", 1);
        claim();
        assertThat(count("held_by like 'BUDGET:P%'"))
                .as("something is spent by now")
                .isOne();
    }

    @Test
    void manyBudgetsWithoutRoomHideNoOther() {
        List<UUID> tasks = nodes(HeldKinds.MAX_KINDS + 2);
        client.sql("""
                        insert into budget_account (account_id, tenant, cost_limit_micro_usd, on_exceeded)
                        select task_id, tenant, 10, 'FAIL' from task_state
                        """).update();
        client.sql("""
                        insert into budget_reservation (task_id, tenant, epoch, cost_micro_usd, tokens)
                        select task_id, tenant, 0, 10, 0 from task_state where task_id < ?
                        """).param(tasks.get(HeldKinds.MAX_KINDS)).update();
        client.sql("update task_state set held_by = 'BUDGET:' || task_id").update();
        period("daily", 50_000);
        client.sql("update task_state set held_by = 'BUDGET:P' || (select budget_id from budget) where task_id = ?")
                .param(tasks.getLast())
                .update();

        assertThat(upkeep.putInLine()).isOne();
        assertThat(inLine()).containsExactly(tasks.getLast());
        assertThat(upkeep.putInLine()).isOne();
        assertThat(inLine()).containsExactly(tasks.get(HeldKinds.MAX_KINDS), tasks.getLast());
    }

    @Test
    void manyPausedDagsHideNoOther() {
        List<RunKey> dags = submissions
                .withDagBudget(new BudgetTerms(0L, null, OnBudgetExceeded.PAUSE))
                .dags(HeldKinds.MAX_KINDS + 1, OnFailure.CONTINUE, Node.of("a"));
        client.sql("update task_state set held_by = 'BUDGET_EXCEEDED:' || run_id")
                .update();
        client.sql("update run set paused = true where run_id <> ?")
                .param(dags.getLast().runId())
                .update();

        assertThat(upkeep.pause() + upkeep.pause()).isOne();
        assertThat(number("select count(*) from run where not paused")).isZero();
    }

    @Test
    void whatIsHeldWhileItsBudgetIsRaisedGoesAndPausesNothing() {
        UUID dag = dag(100, OnBudgetExceeded.PAUSE, new Scheduling(true), 2);
        estimate("default", "t", 500);
        claim();
        assertThat(count("held_by = 'BUDGET_EXCEEDED:" + dag + "'")).isEqualTo(2);
        // Whoever raised it read what is held before the claim had committed.
        client.sql("update budget_account set cost_limit_micro_usd = 1000 where account_id = ?")
                .param(dag)
                .update();

        assertThat(upkeep.pause()).isZero();
        assertThat(upkeep.putInLine()).isEqualTo(2);
        claim();
        assertThat(count("status = 'RELEASED'")).isEqualTo(2);
    }

    @Test
    void aTaskIsHeldForTheBudgetThatIsShortUntilAnAgentIsCheapEnough() {
        client.sql("""
                        insert into usage_estimate (tenant, task_type, cost_micro_usd, tokens, cost_factor, samples, updated_at)
                        values ('default', 't', 100, 0, 2, 1, now())
                        """).update();
        dag(null, OnBudgetExceeded.FAIL, Scheduling.budgeted(new BudgetTerms(50L, null, OnBudgetExceeded.CHEAPER)), 1);
        agent("dear", 1.5, null);
        agent("foreign", 0, "{other}");
        claim();
        assertThat(count("held_by = 'BUDGET:' || task_id")).isOne();
        assertThat(upkeep.putInLine()).as("no agent is cheap enough").isZero();

        agent("cheap", 1, "{default}");

        assertThat(upkeep.putInLine()).isOne();
        claim();
        assertThat(count("status = 'RELEASED'")).isOne();
    }

    @Test
    void marksWhatABudgetBindsAfterItChangedOnly() {
        submissions.task("t", Priority.NORMAL);
        UUID out = submissions.task("t", Priority.NORMAL);
        UUID others = submissions.task("t", Priority.NORMAL);
        client.sql("update task_state set status = 'RUNNING' where task_id = ?")
                .param(out)
                .update();
        client.sql("update task_state set tenant = 'other' where task_id = ?")
                .param(others)
                .update();
        mark();
        assertThat(count("needs_claim")).isZero();

        period("daily", 5_000);
        mark();
        assertThat(count("needs_claim")).isEqualTo(2);
        assertThat(count("needs_claim and tenant = 'other'")).isZero();

        client.sql("update task_state set needs_claim = false").update();
        client.sql("update budget_marking set completed_began_at = changed_at + interval '1 minute'")
                .update();
        mark();
        assertThat(count("needs_claim")).as("nobody looks again").isZero();
        client.sql(
                        "update budget_marking set changed_at = changed_at - interval '60 seconds', completed_began_at = changed_at - interval '50 seconds'")
                .update();
        mark();
        assertThat(count("needs_claim"))
                .as("a second pass finds what was being submitted during the first")
                .isEqualTo(2);
    }

    @Test
    void readsTheBudgetsOfTheTenantsInQuestionOnly() {
        period("daily", 1_000);
        assertThat(periods.set("other", budget("daily", 2_000))).isTrue();
        period(PeriodBudget.INSTALLATION, 3_000);
        spent("default", 7);
        spent("other", 20);
        AccountReader reader = new AccountReader(client);

        assertThat(reader.periodicOf(Set.of("default")))
                .extracting(AccountReader.Periodic::tenant, AccountReader.Periodic::spentMicroUsd)
                .containsExactlyInAnyOrder(tuple("default", 7L), tuple("", 27L));
    }

    private void mark() {
        while (upkeep.mark()) {
            // It goes on.
        }
    }

    private void claim() {
        backlog.claim(FixedCredit.of(Set.of("t", "dear", "cheap"), 20), 20, BacklogStore.Starts.ALL);
    }

    private UUID dag(@Nullable Integer budget, OnBudgetExceeded then, Scheduling scheduling, int size) {
        return new Submissions(database.dataSource())
                .with(scheduling)
                .withDagBudget(new BudgetTerms(budget == null ? null : budget.longValue(), null, then))
                .dag(OnFailure.CONTINUE, "{}", nodesOf(size))
                .runId();
    }

    private List<UUID> nodes(int size) {
        submissions.dag(OnFailure.CONTINUE, "{}", nodesOf(size));
        return client.sql("select task_id from task_state order by task_id")
                .query(UUID.class)
                .list();
    }

    private static Node[] nodesOf(int size) {
        return IntStream.range(0, size).mapToObj(n -> Node.of("k" + n)).toArray(Node[]::new);
    }

    private void agent(String id, double costFactor, @Nullable String tenants) {
        client.sql("""
                        insert into agent (agent_id, tenant, principal, region, agent_types, serves_tenants, pool, address, max_concurrent_tasks,
                          cost_factor, credential_salt, state, registered_at, last_heartbeat_at)
                        values (?, 'default', 'me', 'here', '{t}', ?::text[], 't', 'a:1', 1, ?, ''::bytea, 'READY', now(), now())
                        """)
                .params(Arrays.<@Nullable Object>asList(id, tenants, costFactor))
                .update();
    }

    private void estimate(String tenant, String type, long cost) {
        client.sql("""
                        insert into usage_estimate (tenant, task_type, cost_micro_usd, tokens, cost_factor, samples, updated_at)
                        values (?, ?, ?, 0, 0, 1, now())
                        """).params(tenant, type, cost).update();
    }

    private void spent(String tenant, long cost) {
        client.sql("insert into spending values (?, date_trunc('hour', now(), 'UTC'), 't', '', 0, ?, 0, 0)")
                .params(tenant, cost)
                .update();
    }

    private void period(String name, long cost) {
        assertThat(periods.set("default", budget(name, cost))).isTrue();
    }

    private static PeriodBudget budget(String name, long cost) {
        return new PeriodBudget(name, PeriodBudget.Period.DAY, cost, null, List.of(), Instant.now(), "test");
    }

    private List<UUID> inLine() {
        return client.sql("select task_id from task_state where status = 'QUEUED' and held_by = '' order by task_id")
                .query(UUID.class)
                .list();
    }

    private int count(String condition) {
        return (int) number("select count(*) from task_state where " + condition);
    }

    private long number(String sql) {
        return client.sql(sql).query(Long.class).single();
    }
}
