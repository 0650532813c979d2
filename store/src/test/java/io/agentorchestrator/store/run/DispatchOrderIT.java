package io.agentorchestrator.store.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Dispatches stand in one order with what is recorded in their run: else a transaction that began before could publish an end
 * below a dispatch that it has overtaken, and a reader would see the task running for ever.
 */
class DispatchOrderIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final Submissions submissions = new Submissions(database.dataSource());
    private final RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void beginningWaitsForWhoeverRecordsInTheRun() throws Exception {
        database.client().sql("update task_state set status = 'RELEASED'").update();
        BatchTask task = batches.load(run, List.of(0)).getFirst();

        assertThat(whileSomebodyRecords(() -> batches.dispatch(
                        "worker-1", Map.of(run, List.of(new Dispatch(task.taskId(), task.epoch(), "agent-1", null))))))
                .hasSize(1);
    }

    @Test
    void dispatchesOfManyRunsBeginTogether() throws Exception {
        RunKey other = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"));
        database.client().sql("update task_state set status = 'RELEASED'").update();
        BatchTask task = batches.load(run, List.of(0)).getFirst();
        List<BatchTask> others = batches.load(other, List.of(0, 1));
        Map<RunKey, List<Dispatch>> dispatches = Map.of(
                other,
                List.of(dispatch(others.get(0), 0), dispatch(others.get(1), 7)),
                run,
                List.of(dispatch(task, 0)));

        List<Dispatch.Begun> begun = whileSomebodyRecords(() -> batches.dispatch("worker-1", dispatches));

        assertThat(begun)
                .as("what another worker has moved on is missing")
                .containsExactlyInAnyOrder(
                        new Dispatch.Begun(others.get(0).taskId(), 1, 1, 1),
                        new Dispatch.Begun(task.taskId(), 1, 1, 1));
        assertThat(batches.load(other, List.of(1)).getFirst().status()).isEqualTo(TaskStatus.RELEASED);
    }

    @Test
    void takingBackWaitsForWhoeverRecordsInTheRun() throws Exception {
        database.client().sql("update task_state set status = 'RELEASED'").update();
        BatchTask task = batches.load(run, List.of(0)).getFirst();

        assertThat(whileSomebodyRecords(
                        () -> batches.requeue(run, Map.of(task.taskId(), task.epoch()), Set.of(), false)))
                .hasSize(1);
    }

    private static Dispatch dispatch(BatchTask task, int epoch) {
        return new Dispatch(task.taskId(), epoch, "agent-1", null);
    }

    private <T> T whileSomebodyRecords(Callable<T> change) throws Exception {
        try (Connection recording = database.dataSource().getConnection();
                Statement statement = recording.createStatement();
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            recording.setAutoCommit(false);
            statement.execute("select from run for update");
            Future<T> changing = pool.submit(change);
            await().atMost(Duration.ofSeconds(10)).until(() -> changing.isDone() || waitsForALock());
            assertThat(changing.isDone()).isFalse();
            recording.commit();
            return changing.get();
        }
    }

    private boolean waitsForALock() {
        return database.client()
                        .sql("select count(*) from pg_stat_activity"
                                + " where datname = current_database() and wait_event_type = 'Lock'")
                        .query(Integer.class)
                        .single()
                > 0;
    }
}
