package io.agentorchestrator.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ApiDescriptionIT {
    private static final TestApi API = TestApi.shared();
    /** Known only to be refused by a better message. */
    private static final Set<String> UNSUPPORTED = Set.of("cost_budget", "preemptible");

    private static final JsonNode DESCRIPTION =
            API.get("/v3/api-docs").isOk(200).json();

    @Test
    void everyReferenceHasItsTarget() {
        List<String> references = new ArrayList<>();
        collectReferences(DESCRIPTION, references);
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                DESCRIPTION.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void everyOperationSaysWhatItTakesAndAnswers() {
        List<String> operations = new ArrayList<>();
        DESCRIPTION
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    JsonNode operation = method.getValue();
                    operations.add(operation.path("operationId").asString());
                    assertThat(operation.path("summary").asString(""))
                            .as(path.getKey())
                            .isNotEmpty();
                    assertThat(operation
                                    .at("/responses/default/content/application~1problem+json/schema")
                                    .isMissingNode())
                            .isFalse();
                    if (method.getKey().equals("post") || method.getKey().equals("put")) {
                        assertThat(operation
                                        .at("/requestBody/content/application~1json/schema/$ref")
                                        .asString(""))
                                .as(path.getKey())
                                .isNotEmpty();
                    }
                }));
        assertThat(operations)
                .containsExactlyInAnyOrder(
                        "submitTask",
                        "submitBatch",
                        "getTask",
                        "listTasks",
                        "submitDag",
                        "validateDag",
                        "getDag",
                        "listDags",
                        "cancelTask",
                        "cancelDag",
                        "pauseDag",
                        "resumeDag",
                        "retryDag",
                        "listDeadLetters",
                        "getDeadLetter",
                        "reprocessDeadLetter",
                        "reprocessDeadLetters",
                        "deleteDeadLetter",
                        "rebuildDeadLetterStream",
                        "getDeadLetterStream",
                        "getCommand",
                        "streamEvents",
                        "streamDagEvents",
                        "registerAgent",
                        "heartbeat",
                        "removeAgent",
                        "listAgents",
                        "listSettings",
                        "setSetting");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/tasks, TaskSubmission, {\"zzz\":1}",
        "/v1/tasks, RetrySubmission, {\"retry\":{\"zzz\":1}}",
        "/v1/tasks/batch, BatchSubmission, {\"zzz\":1}",
        "/v1/tasks/batch, BatchTask, {\"tasks\":[{\"zzz\":1}]}",
        "/v1/dags, DagSubmission, {\"zzz\":1}",
        "/v1/dags, DagTaskSubmission, {\"tasks\":[{\"zzz\":1}]}",
        "/v1/dags, TaskDefaults, {\"defaults\":{\"zzz\":1}}",
        "/v1/agents, AgentRegistration, {\"zzz\":1}",
        "/v1/dags/018f3f3e-0000-7000-8000-000000000000/pause, CommandSubmission, {\"zzz\":1}",
        "/v1/dags/018f3f3e-0000-7000-8000-000000000000/retry, RetryRequest, {\"zzz\":1}",
        "/v1/dead-letters/1-0/reprocess, ReprocessSubmission, {\"zzz\":1}",
        "/v1/dead-letters/reprocess, BulkReprocessSubmission, {\"zzz\":1}",
    })
    void describesExactlyTheFieldsThatAreRead(String route, String schema, String body) {
        Answer answer = API.post(route, body).isProblem(400, "UNKNOWN_FIELD");
        JsonNode unknown = answer.json()
                .path("errors")
                .valueStream()
                .filter(error -> error.path("code").asString().equals("UNKNOWN_FIELD"))
                .findFirst()
                .orElseThrow();
        String message = unknown.path("message").asString();
        Set<String> read = new TreeSet<>(Arrays.asList(
                message.substring(message.indexOf("its fields are ") + 15).split(", ")));
        read.removeAll(UNSUPPORTED);

        JsonNode properties =
                DESCRIPTION.path("components").path("schemas").path(schema).path("properties");
        assertThat(new TreeSet<>(properties.propertyNames())).isEqualTo(read);
    }

    @Test
    void answersAreDescribedByTheNamesThatTheyUse() {
        String id = API.post("/v1/tasks", "{\"task_type\":\"described\"}")
                .json()
                .path("task_id")
                .asString();
        JsonNode task = API.get("/v1/tasks/" + id).json();
        JsonNode properties = DESCRIPTION.at("/components/schemas/Task/properties");
        assertThat(properties.propertyNames()).containsAll(task.propertyNames());
        assertThat(DESCRIPTION
                        .at("/paths/~1v1~1tasks~1{task_id}/get/responses/200/content/application~1json/schema/$ref")
                        .asString(""))
                .isEqualTo("#/components/schemas/Task");
        assertThat(DESCRIPTION
                        .at("/paths/~1v1~1dags/post/responses/202/content/application~1json/schema/$ref")
                        .asString(""))
                .isEqualTo("#/components/schemas/AcceptedDag");
        assertThat(DESCRIPTION
                        .at(
                                "/paths/~1v1~1dags~1{dag_id}~1pause/post/responses/202/content/application~1json/schema/$ref")
                        .asString(""))
                .isEqualTo("#/components/schemas/Command");
        assertThat(DESCRIPTION
                        .at("/paths/~1v1~1events/get/responses/200/content/text~1event-stream/schema/$ref")
                        .asString(""))
                .isEqualTo("#/components/schemas/Event");
        for (String[] route : new String[][] {
            {"dags~1{dag_id}~1retry", "AcceptedRetry"},
            {"dead-letters~1{entry_id}~1reprocess", "ReprocessedTask"},
            {"dead-letters~1reprocess", "BulkReprocessed"},
            {"dead-letters~1rebuild", "DeadLetterStream"},
        }) {
            assertThat(DESCRIPTION
                            .at("/paths/~1v1~1" + route[0]
                                    + "/post/responses/202/content/application~1json/schema/$ref")
                            .asString(""))
                    .isEqualTo("#/components/schemas/" + route[1]);
        }
        for (String route : new String[] {"tasks", "tasks~1batch", "dags"}) {
            assertThat(DESCRIPTION
                            .at("/paths/~1v1~1" + route + "/post/parameters")
                            .toString())
                    .contains("Idempotency-Key".replace("-", ""));
            assertThat(DESCRIPTION
                            .at("/paths/~1v1~1" + route + "/post/responses/202/content")
                            .propertyNames())
                    .containsExactly("application/json");
        }
    }

    @Test
    void theSwaggerUiIsThere() {
        Answer redirect = API.get("/swagger-ui.html");
        assertThat(redirect.status()).isEqualTo(302);
        assertThat(API.get(redirect.header("Location").replaceFirst("^https?://[^/]+", ""))
                        .isOk(200)
                        .text())
                .contains("Swagger UI");
    }

    private static void collectReferences(JsonNode node, List<String> references) {
        if (node.path("$ref").isString()) {
            references.add(node.path("$ref").asString());
        }
        node.forEach(child -> collectReferences(child, references));
    }
}
