package io.agentorchestrator.api.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.TestApi;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AgentDrainIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void anAgentIsDrainedAndResumedWithWhoAndWhen() {
        String credential = register("drained");

        JsonNode drained = API.post("/v1/agents/drained/drain", "{}").isOk(202).json();

        assertThat(drained.path("agent_id").asString()).isEqualTo("drained");
        assertThat(drained.path("state").asString()).isEqualTo("DRAINING");
        assertThat(drained.at("/drain/requested_by").asString()).isNotEmpty();
        assertThat(Instant.parse(drained.at("/drain/requested_at").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(listed("drained").path("drain")).isEqualTo(drained.path("drain"));
        assertThat(API.post("/v1/agents/drained/drain", "").isOk(202).json()).isEqualTo(drained);
        assertThat(beat("drained", credential)).isEqualTo("DRAINING");
        assertThat(API.post("/v1/agents", registration("drained"), bearer(credential))
                        .isOk(201)
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("DRAINING");

        JsonNode resumed = API.post("/v1/agents/drained/resume", "{}").isOk(202).json();

        assertThat(resumed.path("state").asString()).isEqualTo("READY");
        assertThat(resumed.has("drain")).isFalse();
        assertThat(listed("drained").has("drain")).isFalse();
        assertThat(API.post("/v1/agents/drained/resume", "").isOk(202).json()).isEqualTo(resumed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"drain", "resume"})
    void anAgentThatIsNotThereIsNotFoundAndWhatIsNotKnownIsRefused(String verb) {
        String agent = "told-to-" + verb;
        register(agent);

        API.post("/v1/agents/nobody/" + verb, "{}").isProblem(404, "AGENT_NOT_FOUND");
        API.post("/v1/agents/%s/%s".formatted(agent, verb), "{\"now\":true}")
                .isProblem(400, "UNKNOWN_FIELD")
                .at("/now");
        API.post("/v1/agents/%s/%s".formatted(agent, verb), "[]").isProblem(400, "INVALID_TYPE");
        assertThat(listed(agent).path("state").asString()).isEqualTo("READY");
    }

    private static String beat(String id, String credential) {
        return API.put("/v1/agents/" + id + "/heartbeat", "{\"state\":\"READY\"}", bearer(credential))
                .isOk(200)
                .json()
                .path("state")
                .asString();
    }

    private static JsonNode listed(String id) {
        return API.get("/v1/agents")
                .isOk(200)
                .json()
                .path("agents")
                .valueStream()
                .filter(agent -> agent.path("agent_id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static String register(String id) {
        return API.post("/v1/agents", registration(id))
                .isOk(201)
                .json()
                .path("credential")
                .asString();
    }

    private static String registration(String id) {
        return "{\"agent_id\":\"%s\",\"agent_types\":[\"drains.t\"],\"address\":\"127.0.0.1:9000\",\"max_concurrent_tasks\":1}"
                .formatted(id);
    }

    private static String[] bearer(String credential) {
        return new String[] {"Authorization", "Bearer " + credential};
    }
}
