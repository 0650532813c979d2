package io.agentorchestrator.api.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.agent.BreakerRows;
import io.agentorchestrator.store.agent.StoredBreaker;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class AgentIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void anAgentRegistersBeatsAndLeaves() {
        Answer registered = register("beating");
        JsonNode agent = registered.json();
        String credential = agent.path("credential").asString();
        assertThat(registered.header("Location")).isEqualTo("/v1/agents/beating");
        assertThat(credential).hasSize(43);
        assertThat(agent.path("heartbeat_interval").asString()).isEqualTo("PT5S");

        JsonNode beat = API.put("/v1/agents/beating/heartbeat", "{\"active_tasks\":3}", bearer(credential))
                .isOk(200)
                .json();
        assertThat(beat.path("state").asString()).isEqualTo("READY");
        JsonNode listed = listed("beating");
        assertThat(listed.path("active_tasks").asInt()).isEqualTo(3);
        assertThat(listed.path("agent_types").toString()).isEqualTo("[\"simulated\",\"other\"]");
        assertThat(listed.path("max_concurrent_tasks").asInt()).isEqualTo(8);
        assertThat(listed.path("cost_factor").asString()).isEqualTo("1.5");
        assertThat(listed.path("address").asString()).isEqualTo("127.0.0.1:9000");
        assertThat(listed.has("average_task_seconds")).isFalse();

        assertThat(API.put("/v1/agents/beating/heartbeat", "{\"state\":\"DRAINING\"}", bearer(credential))
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("DRAINING");
        API.delete("/v1/agents/beating", bearer(credential)).isOk(204);
        API.delete("/v1/agents/beating", bearer(credential)).isProblem(404, "AGENT_NOT_FOUND");
        API.put("/v1/agents/beating/heartbeat", "{}", bearer(credential)).isProblem(404, "AGENT_NOT_FOUND");
    }

    @Test
    void anAgentWithoutAnIdGetsOne() {
        Answer registered = API.post(
                        "/v1/agents",
                        "{\"agent_types\":[\"simulated\"],\"address\":\"[::1]:1\",\"max_concurrent_tasks\":1}")
                .isOk(201);
        assertThat(registered.json().path("agent_id").asString()).hasSize(36);
    }

    @Test
    void theBreakerIsShown() {
        register("breaking");
        assertThat(listed("breaking").path("breaker").toString()).isEqualTo("{\"state\":\"CLOSED\",\"failures\":0}");
        BreakerRows breakers = new BreakerRows(API.database().dataSource());
        Instant openedAt = Instant.parse("2030-01-01T00:00:00Z");

        breakers.change("breaking", stored -> new StoredBreaker(BreakerPhase.OPEN, 5, openedAt, null, "w/1"));

        assertThat(listed("breaking").path("breaker").toString())
                .isEqualTo("{\"state\":\"OPEN\",\"failures\":5,\"opened_at\":\"2030-01-01T00:00:00Z\"}");
        assertThat(listed("breaking").path("state").asString()).isEqualTo("READY");
        breakers.change("breaking", stored -> new StoredBreaker(BreakerPhase.CLOSED, 0, null, null, "w/2"));
        assertThat(listed("breaking").path("breaker").has("opened_at")).isFalse();
    }

    @Test
    void onlyTheAgentItselfMayBeatOrLeave() {
        String credential = register("guarded").json().path("credential").asString();

        assertThat(API.put("/v1/agents/guarded/heartbeat", "{}")
                        .isProblem(401, "UNAUTHORIZED")
                        .header("WWW-Authenticate"))
                .isEqualTo("Bearer");
        API.put("/v1/agents/guarded/heartbeat", "{}", bearer("wrong")).isProblem(401, "UNAUTHORIZED");
        API.delete("/v1/agents/guarded", bearer("wrong")).isProblem(401, "UNAUTHORIZED");
        API.put("/v1/agents/guarded/heartbeat", "{}", bearer(credential)).isOk(200);
    }

    @Test
    void anIdIsTakenUnlessItsOwnCredentialComesWithIt() {
        String credential = register("taken").json().path("credential").asString();

        register("taken").isProblem(409, "AGENT_EXISTS");
        register("taken", bearer("wrong")).isProblem(409, "AGENT_EXISTS");
        String renewed = register("taken", bearer(credential))
                .isOk(201)
                .json()
                .path("credential")
                .asString();
        assertThat(renewed).isNotEqualTo(credential);
        API.put("/v1/agents/taken/heartbeat", "{}", bearer(credential)).isProblem(401, "UNAUTHORIZED");
        API.put("/v1/agents/taken/heartbeat", "{}", bearer(renewed)).isOk(200);
    }

    @Test
    void aLostAgentIsRemovedByWhoeverFindsItSo() {
        register("gone");
        register("lively");
        API.database()
                .client()
                .sql("update agent set last_heartbeat_at = now() - interval '21 seconds' where agent_id = 'gone'")
                .update();

        API.delete("/v1/agents/gone", "Authorization", "Bearer wrong").isProblem(401, "UNAUTHORIZED");
        API.delete("/v1/agents/gone").isOk(204);
        API.delete("/v1/agents/gone").isProblem(404, "AGENT_NOT_FOUND");
        assertThat(API.delete("/v1/agents/lively").isProblem(409, "AGENT_ALIVE").text())
                .contains("'lively' is not lost", "drain it");
        API.delete("/v1/agents/nobody").isProblem(404, "AGENT_NOT_FOUND");
    }

    @Test
    void whereThereIsAnEnrolmentTokenALostAgentIsRemovedByIt() {
        try (TestApi guarded = TestApi.start("--orchestrator.agents.enrolment-token=sesame")) {
            for (String agent : new String[] {"gone", "left", "lively"}) {
                guarded.post("/v1/agents", registration(agent), bearer("sesame"))
                        .isOk(201);
            }
            String credential = guarded.post("/v1/agents", registration("back"), bearer("sesame"))
                    .isOk(201)
                    .json()
                    .path("credential")
                    .asString();
            guarded.database()
                    .client()
                    .sql(
                            "update agent set last_heartbeat_at = now() - interval '21 seconds' where agent_id <> 'lively'")
                    .update();

            assertThat(guarded.delete("/v1/agents/gone")
                            .isProblem(401, "UNAUTHORIZED")
                            .text())
                    .contains("the enrolment token");
            guarded.delete("/v1/agents/gone", bearer("wrong")).isProblem(401, "UNAUTHORIZED");
            guarded.delete("/v1/agents/gone", bearer(credential)).isProblem(401, "UNAUTHORIZED");
            guarded.delete("/v1/agents/gone", bearer("sesame")).isOk(204);
            guarded.delete("/v1/agents/back", bearer(credential)).isOk(204);
            assertThat(guarded.delete("/v1/agents/lively", bearer("sesame"))
                            .isProblem(409, "AGENT_ALIVE")
                            .text())
                    .contains("not lost");
            assertThat(guarded.get("/v1/agents").text()).contains("\"left\"", "\"lively\"");
        }
    }

    @Test
    void anAgentThatIsSilentForTooLongIsLostUntilItBeatsAgain() {
        String credential = register("silent").json().path("credential").asString();
        API.database()
                .client()
                .sql("update agent set last_heartbeat_at = now() - interval '21 seconds' where agent_id = 'silent'")
                .update();

        assertThat(listed("silent").path("state").asString()).isEqualTo("LOST");
        API.put("/v1/agents/silent/heartbeat", "{}", bearer(credential)).isOk(200);
        assertThat(listed("silent").path("state").asString()).isEqualTo("READY");
    }

    @Test
    void theAverageTaskTimeComesFromRecentAttempts() {
        register("timed").isOk(201);
        String task = API.post("/v1/tasks", "{\"task_type\":\"timed\"}")
                .json()
                .path("task_id")
                .asString();
        API.database().client().sql("""
                insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, started_at, ended_at, outcome)
                values (?::uuid, 1, 'default', 1, 1, 'timed', now() - interval '2500 milliseconds', now(), 'COMPLETED')
                """).param(task).update();

        assertThat(listed("timed").path("average_task_seconds").asDouble()).isEqualTo(2.5);
    }

    @Test
    void whereThereIsAnEnrolmentTokenARegistrationNeedsIt() {
        try (TestApi guarded = TestApi.start("--orchestrator.agents.enrolment-token=sesame")) {
            String agent = registration("enrolled");
            guarded.post("/v1/agents", agent).isProblem(401, "UNAUTHORIZED");
            guarded.post("/v1/agents", agent, bearer("wrong")).isProblem(401, "UNAUTHORIZED");
            String credential = guarded.post("/v1/agents", agent, bearer("sesame"))
                    .isOk(201)
                    .json()
                    .path("credential")
                    .asString();
            guarded.post("/v1/agents", agent, bearer("sesame")).isProblem(409, "AGENT_EXISTS");
            guarded.post("/v1/agents", agent, bearer(credential)).isOk(201);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | MISSING_FIELD | /agent_types",
                "{'agent_types':[],'address':'h:1','max_concurrent_tasks':1} | 422 | OUT_OF_RANGE | /agent_types",
                "{'agent_types':['A'],'address':'h:1','max_concurrent_tasks':1} | 422 | INVALID_VALUE | /agent_types/0",
                "{'agent_types':['a','a'],'address':'h:1','max_concurrent_tasks':1} | 422 | INVALID_VALUE | /agent_types",
                "{'agent_types':['a'],'address':'h','max_concurrent_tasks':1} | 422 | INVALID_VALUE | /address",
                "{'agent_types':['a'],'address':'h:70000','max_concurrent_tasks':1} | 422 | OUT_OF_RANGE | /address",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':0} | 422 | OUT_OF_RANGE | /max_concurrent_tasks",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'cost_factor':-1} | 422 | OUT_OF_RANGE | /cost_factor",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'a b'} | 422 | INVALID_VALUE | /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':''} | 422 | INVALID_VALUE |"
                        + " /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'.a'} | 422 | INVALID_VALUE"
                        + " | /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'../a'} | 422 |"
                        + " INVALID_VALUE | /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'a/b'} | 422 | INVALID_VALUE"
                        + " | /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'ä'} | 422 | INVALID_VALUE |"
                        + " /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'a\\u0007'} | 422 |"
                        + " INVALID_VALUE | /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'agent_id':'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'}"
                        + " | 422 | INVALID_VALUE | /agent_id",
                "{'agent_types':['a'],'address':'h:1','max_concurrent_tasks':1,'x':1} | 400 | UNKNOWN_FIELD | /x",
            })
    void aRegistrationThatIsWrongIsRefused(String body, int status, String code, String pointer) {
        API.post("/v1/agents", body.replace('\'', '"')).isProblem(status, code).at(pointer);
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

    private static Answer register(String id, String... headers) {
        return API.post("/v1/agents", registration(id), headers);
    }

    private static String registration(String id) {
        return """
                {"agent_id": "%s", "agent_types": ["simulated", "other"], "address": "127.0.0.1:9000",
                 "max_concurrent_tasks": 8, "cost_factor": 1.50, "version": "1.2.3", "labels": {"gpu": "none"}}
                """.formatted(id);
    }

    private static String[] bearer(String credential) {
        return new String[] {"Authorization", "Bearer " + credential};
    }
}
