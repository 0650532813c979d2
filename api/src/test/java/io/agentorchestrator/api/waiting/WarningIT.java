package io.agentorchestrator.api.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.TestApi;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who submits tasks that nobody can take hears it at once. */
class WarningIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aTaskOfATypeThatNobodyServesIsAcceptedWithAWarning() {
        JsonNode accepted = API.post("/v1/tasks", "{\"task_type\": \"warned.task\"}")
                .isOk(202)
                .json();

        assertThat(accepted.at("/warnings/0/code").asString()).isEqualTo("NO_AGENT");
        assertThat(accepted.at("/warnings/0/pointer").asString()).isEqualTo("/task_type");
        assertThat(accepted.at("/warnings/0/message").asString())
                .contains("no live agent serves the type 'warned.task'", "waits");
    }

    @Test
    void onceAnAgentServesItThereIsNone() {
        API.post("/v1/agents", """
                {"agent_id": "warned-agent", "agent_types": ["warned.served"], "address": "127.0.0.1:1", "max_concurrent_tasks": 1}
                """).isOk(201);

        await().untilAsserted(() -> assertThat(API.post("/v1/tasks", "{\"task_type\": \"warned.served\"}")
                        .json()
                        .has("warnings"))
                .isFalse());
        API.database()
                .client()
                .sql("update agent set state = 'DRAINING' where agent_id = 'warned-agent'")
                .update();
        await().untilAsserted(() -> assertThat(API.post("/v1/tasks", "{\"task_type\": \"warned.served\"}")
                        .json()
                        .at("/warnings/0/message")
                        .asString())
                .contains("agent warned-agent is draining"));
    }

    @Test
    void batchesDagsAndPlansWarnOnceOfEachType() {
        String tasks = """
                {"tasks": [{"key": "a", "task_type": "warned.a"}, {"key": "b", "task_type": "warned.b"},
                           {"key": "c", "task_type": "warned.a", "depends_on": ["a"]}]}
                """;

        for (String path : new String[] {"/v1/tasks/batch", "/v1/dags", "/v1/dags/validate"}) {
            JsonNode warnings = API.post(path, tasks).json().path("warnings");
            assertThat(warnings.size()).as(path).isEqualTo(2);
            assertThat(warnings.at("/0/pointer").asString()).isEqualTo("/tasks/0");
            assertThat(warnings.at("/1/pointer").asString()).isEqualTo("/tasks/1");
        }
    }
}
