package io.agentorchestrator.store.budget;

import static org.assertj.core.api.Assertions.assertThat;

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

class CheapAgentsIT {
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
    void noMoreTasksLeaveForCheapAgentsThanTheseTake() {
        cheaperOnly(30);
        agent("cheap", 0, null);
        agent("dear", 1.5, null);

        claim();
        begun();
        claim();

        assertThat(count("status = 'RELEASED'"))
                .as("what one slot takes while its flow is unknown")
                .isEqualTo(2);
        assertThat(count("held_by like 'BUDGET:%'")).isEqualTo(28);
        assertThat(upkeep.putInLine()).as("nothing has ended").isZero();
        client.sql("update task_state set status = 'RUNNING', agent_id = 'cheap' where status = 'RELEASED'")
                .update();
        assertThat(upkeep.putInLine()).isZero();
        client.sql("update task_state set status = 'COMPLETED', ended_at = now() where status = 'RUNNING'")
                .update();
        assertThat(upkeep.putInLine()).as("the best, and others in turn").isEqualTo(2 + HeldRotation.MAX_AT_A_TIME);
        claim();
        assertThat(count("status = 'RELEASED'")).isEqualTo(2);
    }

    @Test
    void noTaskLeavesForACheapAgentThatGetsNothing() {
        cheaperOnly(3);
        agent("cheap", 0, null);
        for (String unfit : List.of(
                "last_heartbeat_at = now() - interval '1 minute'",
                "breaker_phase = 'OPEN'",
                "state = 'DRAINING'",
                "agent_types = '{other}'")) {
            client.sql(
                            "update agent set last_heartbeat_at = now(), breaker_phase = 'CLOSED', state = 'READY', agent_types = '{t}'")
                    .update();
            client.sql("update agent set " + unfit).update();
            client.sql("update task_state set held_by = ''").update();
            claim();
            assertThat(count("held_by like 'BUDGET:%'")).as(unfit).isEqualTo(3);
            assertThat(upkeep.putInLine()).as(unfit).isZero();
        }
        client.sql("update agent set agent_types = '{t}', breaker_phase = 'HALF_OPEN'")
                .update();
        assertThat(upkeep.putInLine()).as("the best, and two in turn").isEqualTo(3);
        claim();
        assertThat(count("status = 'RELEASED'")).as("a trial").isOne();
    }

    @Test
    void noTaskLeavesForACheapAgentThatItsSelectorDoesNotMeet() {
        cheaperOnly(2);
        agent("cheap", 0, null);
        client.sql("update task set selector = '{\"region\": \"there\"}'").update();
        claim();
        assertThat(count("held_by like 'BUDGET:%'")).isEqualTo(2);

        client.sql("update agent set region = 'there'").update();
        assertThat(upkeep.putInLine()).isEqualTo(2);
        claim();
        assertThat(count("status = 'RELEASED'")).isEqualTo(2);
    }

    @Test
    void tasksThatNoCheapAgentMayHaveHideNoneThatOneMay() {
        cheaperOnly(40);
        agent("cheap", 0, null);
        client.sql("""
                        update task set selector = '{"region": "there"}'
                        where task_id in (select task_id from task_state order by rank, task_id limit 30)
                        """).update();
        claim();
        begun();
        claim();
        assertThat(count("held_by like 'BUDGET:%'")).as("all but two").isEqualTo(38);
        begun();
        client.sql("update task_state set status = 'COMPLETED', ended_at = now() where status = 'RELEASED'")
                .update();

        for (int round = 0; round < 5; round++) {
            int _ = upkeep.putInLine();
            claim();
        }

        assertThat(count("status = 'RELEASED'")).isEqualTo(2);
    }

    /** A DAG whose budget is used up, so that its tasks may go to agents only that cost nothing. */
    private void cheaperOnly(int tasks) {
        UUID dag = dag(50, OnBudgetExceeded.CHEAPER, new Scheduling(true), tasks);
        estimate("default", "t", 100);
        client.sql("update usage_estimate set cost_factor = 2").update();
        client.sql("update budget_account set spent_micro_usd = 50 where account_id = ?")
                .param(dag)
                .update();
    }

    @Test
    void anAttemptThatGoesOnIsEstimatedAtWhatItHasYetToCost() {
        estimate("default", "t", 1_000);
        UUID dag = dag(
                null,
                OnBudgetExceeded.FAIL,
                Scheduling.budgeted(new BudgetTerms(1_200L, null, OnBudgetExceeded.FAIL)),
                1);
        UUID task = client.sql("select task_id from task_state where run_id = ?")
                .param(dag)
                .query(UUID.class)
                .single();
        charge(task, 1, 100);
        charge(task, 3, 500);
        // Its second attempt began with the second dispatch, and was preempted twice.
        client.sql("update task_state set epoch = 3, attempt = 2, attempt_epochs = 2")
                .update();

        claim();

        assertThat(number("select cost_micro_usd from budget_reservation where refusal is null"))
                .isEqualTo(500);
        begun();
        client.sql("update task_state set status = 'QUEUED', epoch = 4").update();
        charge(task, 4, 550);
        claim();
        assertThat(number("select cost_micro_usd from budget_reservation where refusal is null"))
                .as("it has cost more than it was to")
                .isOne();
        client.sql("update task_state set status = 'QUEUED', attempt_epochs = 0")
                .update();
        claim();
        assertThat(number("select count(*) from budget_reservation where refusal is not null"))
                .as("a new attempt costs all of it")
                .isOne();
    }

    @Test
    void anAttemptThatGoesOnIsPutInLineWhereANewOneWouldNotBe() {
        estimate("default", "t", 1_000);
        period("daily", 1_200);
        spent("default", 700);
        submissions.task("t", Priority.NORMAL);
        client.sql("update task_state set held_by = 'BUDGET:P' || (select budget_id from budget)")
                .update();
        assertThat(upkeep.putInLine()).isZero();

        client.sql("update task_state set attempt_epochs = 1, attempt = 1, epoch = 1")
                .update();
        charge(inBacklog(), 1, 700);
        assertThat(upkeep.putInLine()).isOne();
        claim();
        assertThat(number("select cost_micro_usd from budget_reservation")).isEqualTo(300);
    }

    @Test
    void anAttemptThatGoesOnIsPutInLineBehindTasksThatDoNotFit() {
        estimate("default", "t", 1_000);
        period("daily", 1_200);
        spent("default", 900);
        // What goes on and does not fit comes first, then what has not begun, then what fits.
        for (int n = 0; n < HeldRotation.MAX_AT_A_TIME + 1; n++) {
            goesOn(submissions.task("t", Priority.CRITICAL), 100);
            UUID _ = submissions.task("t", Priority.HIGH);
        }
        goesOn(submissions.task("t", Priority.NORMAL), 800);
        client.sql("update task_state set held_by = 'BUDGET:P' || (select budget_id from budget)")
                .update();

        assertThat(upkeep.putInLine()).isEqualTo(HeldRotation.MAX_AT_A_TIME);
        claim();
        assertThat(number("select count(*) from budget_reservation")).isZero();
        assertThat(upkeep.putInLine()).isEqualTo(2);
        claim();

        assertThat(number("select sum(cost_micro_usd) from budget_reservation")).isEqualTo(200);
        assertThat(upkeep.putInLine()).as("from the best on again").isEqualTo(HeldRotation.MAX_AT_A_TIME);
    }

    private void goesOn(UUID task, long paid) {
        client.sql("update task_state set attempt_epochs = 1, attempt = 1, epoch = 1 where task_id = ?")
                .param(task)
                .update();
        charge(task, 1, paid);
    }

    private void begun() {
        client.sql("update run set status = 'RUNNING' where status = 'STARTING'")
                .update();
    }

    private UUID inBacklog() {
        return client.sql("select task_id from task_state where status = 'QUEUED'")
                .query(UUID.class)
                .single();
    }

    private void charge(UUID task, int epoch, long cost) {
        client.sql("""
                        insert into charge (task_id, epoch, tenant, task_type, agent_type, cost_micro_usd, input_tokens, output_tokens, is_recorded, charged_at)
                        values (?, ?, 'default', 't', 't', ?, 0, 0, false, now())
                        """).params(task, epoch, cost).update();
        client.sql("update budget_account set spent_micro_usd = spent_micro_usd + ? where account_id = ?")
                .params(cost, task)
                .update();
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

    private int count(String condition) {
        return (int) number("select count(*) from task_state where " + condition);
    }

    private long number(String sql) {
        return client.sql(sql).query(Long.class).single();
    }
}
