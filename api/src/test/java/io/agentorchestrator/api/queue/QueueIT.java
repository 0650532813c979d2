package io.agentorchestrator.api.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.TestApi;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QueueIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void whatWaitsAndWhatRunsIsCounted() {
        API.post("/v1/tasks", "{\"task_type\":\"queues.it\"}").isOk(202);
        API.post("/v1/tasks", "{\"task_type\":\"queues.it\"}").isOk(202);
        API.database().client().sql("""
                        update task_state set queued_at = '2026-01-01T00:00:00Z' where task_type = 'queues.it'
                        """).update();
        API.database().client().sql("""
                        update task_state set status = 'RUNNING'
                        where task_id = (select max(task_id::text)::uuid from task_state where task_type = 'queues.it')
                        """).update();

        assertThat(listed())
                .singleElement()
                .hasToString("{\"agent_type\":\"queues.it\",\"priority\":\"NORMAL\",\"depth\":1,\"in_flight\":1,"
                        + "\"oldest_waiting_since\":\"2026-01-01T00:00:00Z\",\"slots\":0,\"slots_in_use\":0}");
        assertThat(listed("Orchestrator-Tenant", "somebody-else")).isEmpty();
    }

    private static List<JsonNode> listed(String... headers) {
        JsonNode answer = API.get("/v1/queues", headers).isOk(200).json();
        assertThat(answer.path("complete").asBoolean()).isTrue();
        return answer.path("queues")
                .valueStream()
                .filter(queue -> queue.path("agent_type").asString().equals("queues.it"))
                .toList();
    }
}
