package io.agentorchestrator.worker.budget;

import io.agentorchestrator.store.budget.BudgetUpkeep;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BudgetLoopIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final BudgetLoop loop =
            new BudgetLoop(new BudgetUpkeep(database.dataSource(), new Uuid7(Clock.systemUTC())), new WakeSignal());

    @AfterEach
    void close() {
        loop.stop();
        database.close();
    }

    @Test
    void thatNothingCanBePutInLineKeepsSpendingFromNotBeingMerged() {
        new Submissions(database.dataSource()).task("t", Priority.NORMAL);
        database.client()
                .sql("update task_state set held_by = 'BUDGET:P-no-number'")
                .update();
        database.client().sql("""
                        insert into spending (tenant, hour, task_type, agent_type, slot, cost_micro_usd, input_tokens, output_tokens)
                        values ('default', date_trunc('hour', now()) - interval '2 hours', 't', 'a', 0, 1, 0, 0)
                        """).update();

        loop.start();

        Awaitility.await()
                .until(() -> database.client()
                                .sql("select slot from spending")
                                .query(Integer.class)
                                .single()
                        == -1);
    }
}
