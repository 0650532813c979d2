package io.agentorchestrator.store.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentorchestrator.store.agent.AgentCredentials;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.NewAgent;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

    private static List<String> counts(TenantQueues found) {
        return found.queues().stream()
                .map(queue ->
                        "%s %s %d %d".formatted(queue.taskType(), queue.priority(), queue.queued(), queue.running()))
                .toList();
    }

    private void queuedAt(Instant at, UUID task) {
        database.client()
                .sql("update task_state set queued_at = ? where task_id = ?")
                .params(at.atOffset(ZoneOffset.UTC), task)
                .update();
    }

    private void agent(String id, @Nullable String tenant, int slots, String... types) {
        new AgentRegistry(database.dataSource())
                .register(
                        new NewAgent(
                                id,
                                "default",
                                "ann",
                                "local",
                                null,
                                "{}",
                                List.of(types),
                                tenant == null ? null : List.of(tenant),
                                "127.0.0.1:1",
                                slots,
                                BigDecimal.ONE,
                                AgentCredentials.newSalt()),
                        null);
    }

    private void become(String status, String agent, UUID task) {
        become(status, task);
        database.client()
                .sql("update task_state set agent_id = ? where task_id = ?")
                .params(agent, task)
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

        assertThat(counts(found)).containsExactlyInAnyOrder("t NORMAL 3 1", "t CRITICAL 1 0", "s LOW 1 0");
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
        assertThat(counts(store.queues("acme", 100))).containsExactly("t NORMAL 1 0");
    }

    @Test
    void tellsSinceWhenTheOldestWaits() {
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        queuedAt(first, taskThatIs("RUNNING"));
        queuedAt(first.plusSeconds(2), taskThatIs("DISPATCHED"));
        queuedAt(first.plusSeconds(3), taskThatIs("QUEUED"));
        queuedAt(first.plusSeconds(4), submissions.task("s", Priority.NORMAL));
        queuedAt(first.plusSeconds(5), submissions.task("s", Priority.NORMAL));
        become("RUNNING", submissions.task("r", Priority.NORMAL));

        assertThat(store.queues("default", 100).queues())
                .extracting(TenantQueue::taskType, TenantQueue::oldestWaitingSince)
                .containsExactly(tuple("r", null), tuple("s", first.plusSeconds(4)), tuple("t", first.plusSeconds(2)));
    }

    @Test
    void countsTheSlotsOfLiveAgentsThatServeTheType() {
        agent("of both", null, 4, "s", "t");
        agent("of t", "default", 2, "t");
        agent("of others", "acme", 8, "t");
        agent("silent", null, 16, "t");
        agent("draining", null, 32, "t");
        database.client()
                .sql("update agent set last_heartbeat_at = now() - interval '21 seconds' where agent_id = 'silent'")
                .update();
        database.client()
                .sql("update agent set state = 'DRAINING' where agent_id = 'draining'")
                .update();
        become("RUNNING", "of t", submissions.task("t", Priority.NORMAL));
        become("RUNNING", "of t", submissions.task("t", Priority.NORMAL));
        become("DISPATCHED", "of t", submissions.task("t", Priority.NORMAL));
        become("RUNNING", "of both", submissions.task("s", Priority.NORMAL));
        become("RELEASED", "of both", submissions.task("s", Priority.NORMAL));
        become("RUNNING", "silent", submissions.task("t", Priority.LOW));
        submissions.task("nobody's", Priority.NORMAL);

        assertThat(store.queues("default", 100).queues())
                .extracting(TenantQueue::taskType, TenantQueue::priority, TenantQueue::slots, TenantQueue::slotsInUse)
                .containsExactly(
                        tuple("nobody's", Priority.NORMAL, 0L, 0L),
                        tuple("s", Priority.NORMAL, 4L, 1L),
                        tuple("t", Priority.NORMAL, 6L, 3L),
                        tuple("t", Priority.LOW, 6L, 3L));
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
