package io.agentorchestrator.store.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.budget.BudgetChanges.NewLimits;
import io.agentorchestrator.store.command.ChangeStore.Change;
import io.agentorchestrator.store.command.ChangeStore.Changed;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class LedgerIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final JdbcClient client = database.client();
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final Submissions submissions = new Submissions(database.dataSource()).with(new Scheduling(true));
    private final BudgetChanges changes = new BudgetChanges(database.dataSource(), ids);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatAnOutcomeTakesBackIsTakenFromTheHourInWhichItWasTold() {
        UUID task = submissions.task("t", Priority.NORMAL);
        tell(task, 100);
        client.sql("update charge set charged_at = charged_at - interval '1 hour'")
                .update();
        client.sql("update spending set hour = hour - interval '1 hour'").update();
        tell(task, 100);
        tell(task, 90);

        client.sql("""
                        insert into task_attempt (task_id, attempt, tenant, run_number, epoch, ended_at, outcome, cost_micro_usd, input_tokens, output_tokens)
                        values (?, 1, 'default', 1, 1, now(), 'COMPLETED', 10, 5, 0)
                        """).param(task).update();

        assertThat(number("select cost_micro_usd from charge")).isEqualTo(10);
        assertThat(
                        number(
                                "select coalesce(sum(cost_micro_usd), 0)::bigint from spending where hour < date_trunc('hour', now(), 'UTC')"))
                .isEqualTo(10);
        assertThat(
                        number(
                                "select count(*) from spending where cost_micro_usd < 0 and hour = date_trunc('hour', now(), 'UTC')"))
                .isZero();
        assertThat(number(
                        "select sum(input_tokens)::bigint from spending where hour = date_trunc('hour', now(), 'UTC')"))
                .as("what is new counts now")
                .isEqualTo(5);
    }

    @Test
    void aChargeThatCommitsBesideTheOpeningOfAnAccountIsInIt() throws Exception {
        UUID task = submissions.task("t", Priority.NORMAL);
        CompletableFuture<Changed> changed;
        try (Connection agent = database.dataSource().getConnection()) {
            agent.setAutoCommit(false);
            try (Statement told = agent.createStatement()) {
                told.executeUpdate(report(task, 70));
                changed = CompletableFuture.supplyAsync(
                        () -> changes.ofTask("default", "me", task, Change.NONE, new NewLimits(100L, null)));
                Awaitility.await()
                        .until(() -> changed.isDone()
                                || number("select count(*) from budget_account where account_id = '" + task + "'") > 0);
                agent.commit();
            }
        }
        assertThat(changed.get()).isEqualTo(new Changed.Done());
        tell(task, 75);

        assertThat(number("select spent_micro_usd from budget_account where account_id = '" + task + "'"))
                .isEqualTo(75);
        assertThat(number("select cost_limit_micro_usd from budget_account where account_id = '" + task + "'"))
                .isEqualTo(100);
        assertThat(number("select count(*) from task_state where needs_claim")).isOne();
    }

    @Test
    void aDagWithoutAnAccountGetsOneWithAllThatItsTasksHaveSpent() {
        UUID dag = submissions
                .dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"))
                .runId();
        client.sql("delete from budget_account").update();
        client.sql("select task_id from task_state").query(UUID.class).list().forEach(task -> tell(task, 30));

        assertThat(changes.ofDag("other", "me", dag, Change.NONE, new NewLimits(100L, null)))
                .isEqualTo(new Changed.NotFound());
        assertThat(number("select count(*) from budget_account")).isZero();
        assertThat(changes.ofDag("default", "me", dag, Change.NONE, new NewLimits(100L, null)))
                .isEqualTo(new Changed.Done());

        assertThat(number("select spent_micro_usd from budget_account where account_id = '" + dag + "'"))
                .isEqualTo(60);
    }

    @Test
    void dagsFromBeforeHaveAnAccountAsLongAsTheyRun() {
        try (TestDatabase old = PostgresServer.shared().newEmptyDatabase()) {
            Flyway.configure()
                    .dataSource(old.dataSource())
                    .locations("classpath:db/migration")
                    .target("12")
                    .load()
                    .migrate();
            old.client().sql("""
                            with dags as (select uuidv7() as id, status from unnest('{RUNNING,COMPLETED}'::run_status[]) as s(status)), runs as (
                              insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                                open_count, created_at)
                              select id, 1, 'DAG', 'default', 'here', status, 1, 'w', 1, 0, now() from dags)
                            insert into dag (dag_id, tenant, principal, region, name, on_failure, priority, labels, task_count, plan,
                              critical_path, critical_path_seconds, cost_budget_micro_usd, created_at)
                            select id, 'default', 'me', 'here', 'd', 'CONTINUE', 'NORMAL', '{}', 1, ''::bytea, '{}', 1, 70, now() from dags
                            """).update();

            new Schema(old.dataSource()).migrate();

            assertThat(old.client().sql("""
                            select a.cost_limit_micro_usd from budget_account a join run r on r.run_id = a.account_id and r.status = 'RUNNING'
                            """).query(Long.class).list()).containsExactly(70L);
            assertThat(old.client()
                            .sql("select count(*) from budget_account")
                            .query(Long.class)
                            .single())
                    .isOne();
        }
    }

    @Test
    void sumsAndEstimatesOfLongAgoAreForgotten() {
        client.sql("""
                        insert into usage_estimate (tenant, task_type, cost_micro_usd, tokens, cost_factor, samples, updated_at)
                        select 'default', 't' || n, 1, 1, 1, 1, now() - n * interval '399 days' from generate_series(1, 2) n
                        """).update();
        client.sql("""
                        insert into spending
                        select 'default', date_trunc('hour', now() - n * interval '399 days', 'UTC'), 't', '', -1, 1, 0, 0 from generate_series(1, 2) n
                        """).update();
        BudgetUpkeep upkeep = new BudgetUpkeep(database.dataSource(), ids);

        assertThat(upkeep.forget()).isEqualTo(2);
        assertThat(upkeep.forget()).isZero();
        assertThat(number("select count(*) from usage_estimate")).isOne();
        assertThat(number("select count(*) from spending")).isOne();
    }

    private void tell(UUID task, long cost) {
        client.sql(report(task, cost)).update();
    }

    private static String report(UUID task, long cost) {
        return """
                insert into task_report (task_id, epoch, attempt, tenant, agent_id, cost_micro_usd, input_tokens, output_tokens, reported_at)
                values ('%s', 1, 1, 'default', 'one', %d, 0, 0, now())
                on conflict (task_id, epoch) do update set cost_micro_usd = excluded.cost_micro_usd
                """.formatted(task, cost);
    }

    private long number(String sql) {
        return client.sql(sql).query(Long.class).single();
    }
}
