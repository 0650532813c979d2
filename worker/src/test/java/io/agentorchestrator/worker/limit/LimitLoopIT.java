package io.agentorchestrator.worker.limit;

import io.agentorchestrator.store.limit.LimitMarking;
import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.limit.LimitUpkeep;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitLoopIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final LiveLimits limits = new LiveLimits(new LimitStore(database.dataSource())::all);
    private final LimitLoop loop = new LimitLoop(
            limits,
            new LimitUpkeep(database.dataSource(), limits),
            new LimitMarking(database.dataSource(), limits),
            new WakeSignal());

    @AfterEach
    void close() {
        loop.stop();
        database.close();
    }

    @Test
    void thatNothingCanBeMarkedKeepsOldUsesFromNotBeingForgotten() {
        database.client().sql("alter table limit_marking rename to elsewhere").update();
        database.client().sql("""
                        insert into limit_use (limit_key, task_type, at, starts, tokens)
                        values ('k', 't', now() - interval '1 hour', 1, 0)
                        """).update();

        loop.start();

        Awaitility.await()
                .until(() -> database.client()
                                .sql("select count(*) from limit_use")
                                .query(Long.class)
                                .single()
                        == 0);
    }
}
