package io.agentorchestrator.api.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ChangeIT {
    private static final TestApi API = TestApi.shared();
    private static final String DUE = "2100-01-01T00:00:00Z";

    @Test
    void aTaskThatWaitsTakesItsNewPlaceInLine() {
        task("line", "NORMAL", "");
        String last = task("line", "NORMAL", "");
        assertThat(API.get(last).json().at("/waiting/position").asInt()).isEqualTo(2);

        JsonNode changed = patch(last, "{\"priority\": \"HIGH\", \"deadline\": \"" + DUE + "\"}")
                .isOk(200)
                .json();

        assertThat(changed.path("priority").asString()).isEqualTo("HIGH");
        assertThat(changed.path("deadline").asString()).isEqualTo(DUE);
        assertThat(changed.at("/waiting/position").asInt()).isEqualTo(1);
        assertThat(changed.at("/waiting/detail").asString()).contains("it is HIGH and in line since", DUE);
    }

    @Test
    void aDagsPriorityIsThatOfItsTasks() {
        String dag = "/v1/dags/"
                + API.post(
                                "/v1/dags",
                                "{\"name\": \"changed\", \"tasks\": [{\"key\": \"a\", \"task_type\": \"changed\"},"
                                        + "{\"key\": \"b\", \"task_type\": \"changed\", \"depends_on\": [\"a\"]}]}")
                        .isOk(202)
                        .json()
                        .path("dag_id")
                        .asString();

        JsonNode changed = patch(dag, "{\"priority\": \"LOW\", \"deadline\": \"" + DUE + "\"}")
                .isOk(200)
                .json();

        assertThat(changed.path("priority").asString()).isEqualTo("LOW");
        assertThat(changed.path("tasks").valueStream()).hasSize(2).allSatisfy(task -> {
            assertThat(task.path("priority").asString()).isEqualTo("LOW");
        });
    }

    @Test
    void tasksOfALabelAreChangedTogetherOnce() {
        task("labelled", "NORMAL", ", \"labels\": {\"team\": \"change\"}");
        task("labelled", "HIGH", ", \"labels\": {\"team\": \"change\"}");
        String body = "{\"label\": \"team=change\", \"priority\": \"HIGH\"}";

        JsonNode first = API.post("/v1/tasks/reprioritize", body).isOk(200).json();
        JsonNode second = API.post("/v1/tasks/reprioritize", body).isOk(200).json();

        assertThat(first.path("changed").asInt()).isOne();
        assertThat(first.path("more").asBoolean()).isFalse();
        assertThat(second.path("changed").asInt()).isZero();
    }

    @Test
    void aDagOfTheLabelIsChangedWithItsTasks() {
        String labelled = dag("{\"team\": \"change-dag\"}", "{}");
        String ofTask = dag("{}", "{\"team\": \"change-dag\"}");
        String body = "{\"label\": \"team=change-dag\", \"priority\": \"HIGH\"}";

        JsonNode changed = API.post("/v1/tasks/reprioritize", body).isOk(200).json();

        assertThat(changed.path("changed").asInt()).isEqualTo(3);
        JsonNode dag = API.get(labelled).json();
        assertThat(dag.path("priority").asString()).isEqualTo("HIGH");
        assertThat(dag.path("tasks").valueStream())
                .allSatisfy(task -> assertThat(task.path("priority").asString()).isEqualTo("HIGH"));
        assertThat(API.get(ofTask).json().path("priority").asString())
                .as("only a task of it has the label")
                .isEqualTo("NORMAL");
    }

    @Test
    void aDagOfTheLabelIsChangedThoughItsTasksWereBefore() {
        String dag = dag("{\"team\": \"change-late\"}", "{}");
        API.get(dag)
                .json()
                .path("tasks")
                .valueStream()
                .forEach(task -> patch("/v1/tasks/" + task.path("task_id").asString(), "{\"priority\": \"LOW\"}")
                        .isOk(200));
        String body = "{\"label\": \"team=change-late\", \"priority\": \"LOW\"}";

        JsonNode changed = API.post("/v1/tasks/reprioritize", body).isOk(200).json();

        assertThat(changed.path("changed").asInt()).isZero();
        assertThat(API.get(dag).json().path("priority").asString()).isEqualTo("LOW");
    }

    /** Two tasks, of which the first has labels of its own. */
    private static String dag(String labels, String taskLabels) {
        return "/v1/dags/"
                + API.post(
                                "/v1/dags",
                                ("{\"name\": \"changed\", \"labels\": %s, \"tasks\": [{\"key\": \"a\", \"task_type\": \"changed\", \"labels\": %s},"
                                                + "{\"key\": \"b\", \"task_type\": \"changed\", \"depends_on\": [\"a\"]}]}")
                                        .formatted(labels, taskLabels))
                        .isOk(202)
                        .json()
                        .path("dag_id")
                        .asString();
    }

    @Test
    void whatHasEndedIsNotChanged() {
        String task = task("ended", "NORMAL", "");
        API.post(task + "/cancel", "{}").isOk(202);

        patch(task, "{\"priority\": \"HIGH\"}").isProblem(409, "ALREADY_ENDED");
        patch("/v1/tasks/01980000-0000-7000-8000-000000000000", "{\"priority\": \"HIGH\"}")
                .isProblem(404, "TASK_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"priority\":\"URGENT\"}|422|INVALID_VALUE|/priority",
                "{\"deadline\":\"2000-01-01T00:00:00Z\"}|422|OUT_OF_RANGE|/deadline",
                "{\"cost_budget\":-1}|422|OUT_OF_RANGE|/cost_budget",
                "{\"token_budget\":\"many\"}|400|INVALID_TYPE|/token_budget",
            })
    void whatIsWrongIsRefusedByName(String body, int status, String code, String pointer) {
        patch(task("refused", "NORMAL", ""), body).isProblem(status, code).at(pointer);
    }

    private static Answer patch(String path, String body) {
        return API.send("PATCH", path, BodyPublishers.ofString(body), "Content-Type", "application/json");
    }

    private static String task(String type, String priority, String more) {
        return "/v1/tasks/"
                + API.post(
                                "/v1/tasks",
                                "{\"task_type\": \"change-%s\", \"priority\": \"%s\"%s}"
                                        .formatted(type, priority, more))
                        .isOk(202)
                        .json()
                        .path("task_id")
                        .asString();
    }
}
