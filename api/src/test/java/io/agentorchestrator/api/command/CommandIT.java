package io.agentorchestrator.api.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CommandIT {
    private static final TestApi API = TestApi.shared();
    private static final String TWO_TASKS = """
            {"name": "commanded", "defaults": {"task_type": "commanded"},
             "tasks": [{"key": "a"}, {"key": "b", "depends_on": ["a"]}]}
            """;

    @Test
    void aTaskThatHasNotBeenReleasedIsCancelledAtOnce() {
        String id = task();

        Answer answer = API.post("/v1/tasks/" + id + "/cancel", "{\"reason\": \"no need\"}")
                .isOk(202);

        JsonNode command = answer.json();
        assertThat(command.path("kind").asString()).isEqualTo("CANCEL");
        assertThat(command.path("task_id").asString()).isEqualTo(id);
        assertThat(command.has("dag_id")).isFalse();
        assertThat(command.path("delivered").asBoolean()).isTrue();
        assertThat(answer.header("Location"))
                .isEqualTo("/v1/commands/" + command.path("command_id").asString());
        assertThat(API.get(answer.header("Location")).isOk(200).json()).isEqualTo(command);
        JsonNode task = API.get("/v1/tasks/" + id).json();
        assertThat(task.path("status").asString()).isEqualTo("CANCELLED");
        assertThat(task.path("error").path("code").asString()).isEqualTo("CANCELLED");
        assertThat(task.path("error").path("message").asString()).contains("no need");
    }

    @Test
    void aTaskOfADagIsCancelledByItsRun() {
        JsonNode dag = dag();

        JsonNode command = API.post("/v1/tasks/" + dag.at("/tasks/a").asString() + "/cancel", "{}")
                .isOk(202)
                .json();

        assertThat(command.path("delivered").asBoolean()).isFalse();
        assertThat(command.has("delivered_at")).isFalse();
        assertThat(command.path("task_id").asString())
                .isEqualTo(dag.at("/tasks/a").asString());
        assertThat(command.has("dag_id")).isFalse();
    }

    @Test
    void whatWasCommandedIsListedWithItsReason() {
        JsonNode dag = dag();
        String path = "/v1/dags/" + dag.path("dag_id").asString();
        API.post(path + "/pause", "{\"reason\": \"look at the figures\"}").isOk(202);
        API.post(path + "/resume", "{\"reason\": \"looked\"}").isOk(202);
        String task = dag.at("/tasks/b").asString();
        API.post("/v1/tasks/" + task + "/cancel", "{}").isOk(202);

        JsonNode ofDag = API.get("/v1/commands?dag_id=" + dag.path("dag_id").asString())
                .isOk(200)
                .json()
                .path("commands");
        assertThat(ofDag.valueStream()
                        .map(each -> each.path("kind").asString() + " "
                                + each.path("reason").asString()))
                .containsExactly("CANCEL cancelled on request", "RESUME looked", "PAUSE look at the figures");
        assertThat(API.get("/v1/commands?task_id=" + task)
                        .json()
                        .path("commands")
                        .size())
                .isEqualTo(1);
        assertThat(API.get("/v1/commands?limit=1&dag_id=" + dag.path("dag_id").asString())
                        .json()
                        .at("/commands/0/kind")
                        .asString())
                .isEqualTo("CANCEL");
        API.get("/v1/commands").isProblem(400, "INVALID_PARAMETER");
        API.get("/v1/commands?dag_id=x").isProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void anotherTenantsCommandsAreNotListed() {
        JsonNode dag = dag();
        API.post("/v1/dags/" + dag.path("dag_id").asString() + "/pause", "{}").isOk(202);

        assertThat(API.get("/v1/commands?dag_id=" + dag.path("dag_id").asString(), "Orchestrator-Tenant", "another")
                        .isOk(200)
                        .json()
                        .path("commands")
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"cancel, CANCEL", "pause, PAUSE"})
    void repeatingACommandIsAnsweredByTheFirst(String verb, String kind) {
        String path = "/v1/dags/" + dag().path("dag_id").asString() + "/" + verb;

        JsonNode first = API.post(path, "{}").isOk(202).json();
        JsonNode second =
                API.post(path, "{}", "Idempotency-Key", "ignored").isOk(202).json();

        assertThat(first.path("kind").asString()).isEqualTo(kind);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void repeatingTheCancellationOfATaskIsAnsweredByTheFirst() {
        String path = "/v1/tasks/" + task() + "/cancel";

        JsonNode first = API.post(path, "{}").isOk(202).json();

        assertThat(API.post(path, "{\"reason\":\"again\"}").isOk(202).json()).isEqualTo(first);
    }

    @Test
    void aPausedDagReadsAndIsListedAsPausedUntilItIsResumed() {
        String id = dag("to-pause").path("dag_id").asString();

        JsonNode pause = API.post("/v1/dags/" + id + "/pause", "{}").isOk(202).json();

        assertThat(pause.path("dag_id").asString()).isEqualTo(id);
        assertThat(pause.has("task_id")).isFalse();
        assertThat(status(id)).isEqualTo("PAUSED");
        assertThat(listed("to-pause", "PAUSED")).isEqualTo(1);
        assertThat(listed("to-pause", "PENDING")).isZero();

        JsonNode resume = API.post("/v1/dags/" + id + "/resume", "{}").isOk(202).json();

        assertThat(resume.path("kind").asString()).isEqualTo("RESUME");
        assertThat(resume.path("command_id")).isNotEqualTo(pause.path("command_id"));
        assertThat(status(id)).isEqualTo("PENDING");
        assertThat(listed("to-pause", "PAUSED")).isZero();
        assertThat(listed("to-pause", "PENDING")).isEqualTo(1);
    }

    @Test
    void whatHasEndedTakesNoCommands() {
        String task = task();
        end("update task_state set status = 'COMPLETED', ended_at = now() where task_id = ?::uuid", task);
        String dag = dag().path("dag_id").asString();
        end("update run set status = 'FAILED', ended_at = now() where run_id = ?::uuid", dag);

        Answer answer = API.post("/v1/tasks/" + task + "/cancel", "{}").isProblem(409, "ALREADY_ENDED");
        assertThat(answer.json().path("detail").asString()).contains("COMPLETED");
        for (String verb : new String[] {"cancel", "pause", "resume"}) {
            answer = API.post("/v1/dags/" + dag + "/" + verb, "{}").isProblem(409, "ALREADY_ENDED");
            assertThat(answer.json().path("detail").asString()).contains("FAILED");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/tasks/%s/cancel, TASK_NOT_FOUND",
        "/v1/dags/%s/cancel, DAG_NOT_FOUND",
        "/v1/dags/%s/pause, DAG_NOT_FOUND",
        "/v1/dags/%s/resume, DAG_NOT_FOUND",
    })
    void whatIsNotThereOrAnothersTakesNoCommands(String path, String code) {
        String mine =
                path.startsWith("/v1/tasks") ? task() : dag().path("dag_id").asString();

        API.post(path.formatted(mine), "{}", "Orchestrator-Tenant", "acme").isProblem(404, code);
        API.post(path.formatted(UUID.randomUUID()), "{}").isProblem(404, code);
        API.post(path.formatted("abc"), "{}").isProblem(404, code);
        String other = path.startsWith("/v1/tasks") ? dag().path("dag_id").asString() : task();
        API.post(path.formatted(other), "{}").isProblem(404, code);
    }

    @Test
    void aCommandThatIsNotThereOrAnothersIsNotFound() {
        String id = API.post("/v1/tasks/" + task() + "/cancel", "{}")
                .json()
                .path("command_id")
                .asString();

        API.get("/v1/commands/" + id).isOk(200);
        API.get("/v1/commands/" + id, "Orchestrator-Tenant", "acme").isProblem(404, "COMMAND_NOT_FOUND");
        API.get("/v1/commands/" + UUID.randomUUID()).isProblem(404, "COMMAND_NOT_FOUND");
        API.get("/v1/commands/abc").isProblem(404, "COMMAND_NOT_FOUND");
        API.get("/v1/commands/" + id + "?x=1").isProblem(400, "UNKNOWN_PARAMETER");
    }

    @Test
    void aBodyIsNotNeeded() {
        String dag = "/v1/dags/" + dag().path("dag_id").asString();

        API.send("POST", dag + "/pause", BodyPublishers.noBody()).isOk(202);
        API.send("POST", dag + "/resume", BodyPublishers.noBody(), "Content-Type", "application/x-www-form-urlencoded")
                .isOk(202);
        API.send("POST", dag + "/cancel", BodyPublishers.ofString(""), "Content-Type", "application/json")
                .isOk(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'reasn':'x'} | 400 | UNKNOWN_FIELD | /reasn",
                "{'reason':5} | 400 | INVALID_TYPE | /reason",
                "{'reason':''} | 422 | INVALID_VALUE | /reason",
                "[] | 400 | INVALID_TYPE | ''",
                "{'reason' | 400 | MALFORMED_JSON | ''",
            })
    void aBadBodyIsPointedAt(String body, int status, String code, String pointer) {
        String json = body.replace('\'', '"');
        for (String path :
                new String[] {"/v1/tasks/" + task() + "/cancel", "/v1/dags/" + UUID.randomUUID() + "/pause"}) {
            API.post(path, json).isProblem(status, code).at(pointer.equals("''") ? "" : pointer);
        }
    }

    @Test
    void aReasonHasItsLimit() {
        String path = "/v1/tasks/" + task() + "/cancel";

        API.post(path, "{\"reason\":\"" + "x".repeat(1_001) + "\"}")
                .isProblem(422, "INVALID_VALUE")
                .at("/reason");
        API.post(path, "{\"reason\":\"" + "x".repeat(1_000) + "\"}").isOk(202);
        API.post(path, "{\"reason\":\"" + "x".repeat(70_000) + "\"}").isProblem(413, "REQUEST_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "nonsense"})
    void aBodyThatIsNotJsonIsRefused(String type) {
        String path = "/v1/tasks/" + task() + "/cancel";

        API.send("POST", path, BodyPublishers.ofString("{\"reason\":\"x\"}"), "Content-Type", type)
                .isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        API.send("POST", path, BodyPublishers.ofString("{\"reason\":\"x\"}")).isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void otherMethodsAreNotAllowed() {
        API.get("/v1/tasks/" + task() + "/cancel").isProblem(405, "METHOD_NOT_ALLOWED");
        API.delete("/v1/dags/" + UUID.randomUUID() + "/pause").isProblem(405, "METHOD_NOT_ALLOWED");
    }

    private static String task() {
        return API.post("/v1/tasks", "{\"task_type\": \"commanded\"}")
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
    }

    private static JsonNode dag() {
        return dag("commanded");
    }

    private static JsonNode dag(String name) {
        return API.post("/v1/dags", TWO_TASKS.replace("\"name\": \"commanded\"", "\"name\": \"" + name + "\""))
                .isOk(202)
                .json();
    }

    private static String status(String dagId) {
        return API.get("/v1/dags/" + dagId).json().path("status").asString();
    }

    private static int listed(String name, String status) {
        return API.get("/v1/dags?name=" + name + "&status=" + status)
                .isOk(200)
                .json()
                .path("dags")
                .size();
    }

    private static void end(String sql, String id) {
        API.database().client().sql(sql).param(id).update();
    }
}
