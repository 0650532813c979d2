package io.agentorchestrator.store.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueuesIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final ClusterLoadStore store = new ClusterLoadStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    private void become(String status, UUID task) {
        database.client()
                .sql("update task_state set status = ?::task_status where task_id = ?")
                .param(status)
                .param(task)
                .update();
    }

    private UUID taskThatIs(String status) {
        UUID task = submissions.task("t", Priority.NORMAL);
        become(status, task);
        return task;
    }

    @Test
    void countsWhatWaitsAndWhatRunsByTypeAndPriority() {
        submissions.task("t", Priority.NORMAL);
        taskThatIs("RELEASED");
        taskThatIs("DISPATCHED");
        taskThatIs("RUNNING");
        taskThatIs("COMPLETED");
        taskThatIs("BACKOFF");
        submissions.task("t", Priority.CRITICAL);
        submissions.task("s", Priority.LOW);

        TenantQueues found = store.queues("default", 100);

        assertThat(found.queues())
                .containsExactlyInAnyOrder(
                        new TenantQueue("t", Priority.NORMAL, 3, 1),
                        new TenantQueue("t", Priority.CRITICAL, 1, 0),
                        new TenantQueue("s", Priority.LOW, 1, 0));
        assertThat(found.complete()).isTrue();
    }

    @Test
    void countsNeitherWhatIsPausedNorWhatIsOthers() {
        submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        database.client().sql("update run set paused = true").update();
        UUID others = submissions.task("t", Priority.NORMAL);
        database.client()
                .sql("update task_state set tenant = 'acme' where task_id = ?")
                .param(others)
                .update();

        assertThat(store.queues("default", 100)).isEqualTo(new TenantQueues(List.of(), true));
        assertThat(store.queues("acme", 100).queues()).containsExactly(new TenantQueue("t", Priority.NORMAL, 1, 0));
    }

    @Test
    void saysWhenThereIsMoreThanItLooksAt() {
        taskThatIs("RUNNING");
        taskThatIs("RUNNING");
        submissions.task("t", Priority.NORMAL);

        assertThat(store.queues("default", 3).complete()).isTrue();
        assertThat(store.queues("default", 2).complete()).isFalse();
        assertThat(store.queues("nobody", 2)).isEqualTo(new TenantQueues(List.of(), false));
    }
}
