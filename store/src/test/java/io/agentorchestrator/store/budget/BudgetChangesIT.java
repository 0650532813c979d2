package io.agentorchestrator.store.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.store.budget.BudgetChanges.NewLimits;
import io.agentorchestrator.store.command.ChangeStore.Change;
import io.agentorchestrator.store.command.ChangeStore.Changed;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class BudgetChangesIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final JdbcClient client = database.client();
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final BudgetChanges changes = new BudgetChanges(database.dataSource(), ids);
    private final BudgetUpkeep upkeep = new BudgetUpkeep(database.dataSource(), ids);
    private final Submissions submissions = new Submissions(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTaskThatWaitsForItsOwnBudgetToBeRaisedHasItsDagPausedUntilThen() {
        UUID dag = new Submissions(database.dataSource())
                .with(Scheduling.budgeted(new BudgetTerms(10L, null, OnBudgetExceeded.PAUSE)))
                .dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"))
                .runId();
        client.sql("insert into usage_estimate values ('default', 't', 100, 0, 0, 1, now())")
                .update();
        List<UUID> tasks = tasks();
        client.sql("update task_state set held_by = 'BUDGET_EXCEEDED:' || task_id where task_id = ?")
                .param(tasks.getFirst())
                .update();

        assertThat(upkeep.pause()).isOne();
        assertThat(upkeep.pause()).as("it is paused").isZero();
        assertThat(isPaused(dag)).isTrue();
        assertThat(client.sql("select reason from command").query(String.class).single())
                .contains(tasks.getFirst().toString());

        assertThat(task(tasks.getLast(), new NewLimits(1_000L, null))).isEqualTo(new Changed.Done());
        assertThat(isPaused(dag)).as("by the budget of the other").isTrue();
        assertThat(task(tasks.getFirst(), new NewLimits(1_000L, null))).isEqualTo(new Changed.Done());
        assertThat(isPaused(dag)).isFalse();
        assertThat(client.sql("select count(*) from task_state where held_by <> ''")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aBudgetThatIsLessThanWhatIsSpentChangesNothingElseEither() {
        UUID dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a")).runId();
        client.sql("update budget_account set spent_micro_usd = 50, spent_tokens = 7 where account_id = ?")
                .param(dag)
                .update();
        Change urgent = new Change(Priority.CRITICAL, null);

        assertThat(changes.ofDag("default", "me", dag, urgent, new NewLimits(49L, 7L)))
                .isEqualTo(new Changed.BelowSpent(50L, null));
        assertThat(changes.ofDag("default", "me", dag, urgent, new NewLimits(50L, 6L)))
                .isEqualTo(new Changed.BelowSpent(null, 7L));
        assertThat(urgent()).isZero();
        assertThat(client.sql("select count(*) from budget_account where cost_limit_micro_usd is not null")
                        .query(Integer.class)
                        .single())
                .isZero();

        assertThat(changes.ofDag("default", "me", dag, urgent, new NewLimits(50L, 7L)))
                .isEqualTo(new Changed.Done());
        assertThat(urgent()).isOne();
    }

    @Test
    void anAccountThatIsOpenedLateCountsAllThatIsSpentAndKeepsNobodyFromTheLedger() throws Exception {
        UUID task = submissions.task("t", Priority.NORMAL);
        UUID other = submissions.task("t", Priority.NORMAL);
        try (Connection recording = database.dataSource().getConnection();
                Connection another = database.dataSource().getConnection()) {
            report(another, task, 1, 1);
            recording.setAutoCommit(false);
            report(recording, task, 2, 20);

            CompletableFuture<Changed> changed =
                    CompletableFuture.supplyAsync(() -> task(task, new NewLimits(1_000L, null)));
            await().until(() -> !client.sql("select is_complete from budget_account where account_id = ?")
                    .param(task)
                    .query(Boolean.class)
                    .optional()
                    .orElse(true));
            try (Statement limit = another.createStatement()) {
                boolean _ = limit.execute("set lock_timeout = 500");
            }
            report(another, other, 1, 5);
            report(another, task, 3, 300);
            assertThat(changed).as("it waits for what began before").isNotDone();
            recording.commit();

            assertThat(changed.get()).isEqualTo(new Changed.Done());
        }
        assertThat(client.sql("select spent_micro_usd from budget_account where account_id = ?")
                        .param(task)
                        .query(Integer.class)
                        .single())
                .isEqualTo(321);
        try (Connection later = database.dataSource().getConnection()) {
            report(later, task, 4, 4_000);
        }
        assertThat(task(task, new NewLimits(4_320L, null))).isEqualTo(new Changed.BelowSpent(4_321L, null));
    }

    @Test
    void whatHasEndedSaysSoAtOnceWhateverIsBeingWritten() throws Exception {
        UUID task = submissions.task("t", Priority.NORMAL);
        UUID dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a")).runId();
        client.sql("update task_state set status = 'COMPLETED', ended_at = now()")
                .update();
        client.sql("update run set status = 'FAILED'").update();
        client.sql("delete from budget_account").update(); // of a version that kept none
        try (Connection writing = database.dataSource().getConnection()) {
            writing.setAutoCommit(false);
            report(writing, task, 1, 1);

            assertThat(task(task, new NewLimits(1_000L, null))).isEqualTo(new Changed.Ended("COMPLETED"));
            assertThat(changes.ofDag("default", "me", dag, Change.NONE, new NewLimits(1_000L, null)))
                    .isEqualTo(new Changed.Ended("FAILED"));
            writing.rollback();
        }
        assertThat(client.sql("select count(*) from budget_account")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    private Changed task(UUID task, NewLimits limits) {
        return changes.ofTask("default", "me", task, Change.NONE, limits);
    }

    private static void report(Connection connection, UUID task, int epoch, long cost) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into task_report (task_id, epoch, attempt, tenant, agent_id, cost_micro_usd, input_tokens, output_tokens, reported_at)
                values (?, ?, 1, 'default', 'a', ?, 0, 0, now())
                """)) {
            insert.setObject(1, task);
            insert.setInt(2, epoch);
            insert.setLong(3, cost);
            assertThat(insert.executeUpdate()).isOne();
        }
    }

    private boolean isPaused(UUID dag) {
        return client.sql("select paused from run where run_id = ?")
                .param(dag)
                .query(Boolean.class)
                .single();
    }

    private List<UUID> tasks() {
        return client.sql("select task_id from task_state order by task_index")
                .query(UUID.class)
                .list();
    }

    private int urgent() {
        return client.sql("select count(*) from task_state where priority = 'CRITICAL'")
                .query(Integer.class)
                .single();
    }
}
