package io.agentorchestrator.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.body.YamlDocument;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.Contract;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.api.waiting.WaitingView;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.deadletter.DeadLetterState;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ApiDocumentIT {

    private static final TestApi API = TestApi.shared();
    /** Known only to be refused by a better message. */
    private static final JsonNode DESCRIPTION =
            API.get("/v3/api-docs").isOk(200).json();

    @Test
    void itIsServedAsItIsWrittenAsJsonAndAsYaml() {
        assertThat(JsonDocument.parse(API.get("/v3/api-docs").isOk(200).text().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Contract.document());
        Answer yaml = API.get("/v3/api-docs.yaml").isOk(200);
        assertThat(yaml.header("Content-Type")).startsWith("application/yaml");
        assertThat(YamlDocument.parse(yaml.text().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Contract.document());
    }

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
                    JsonNode responses = operation.path("responses");
                    assertThat(responses.propertyNames())
                            .as(path.getKey())
                            .contains("400", "403", "406", "500", "503")
                            .doesNotContain("default");
                    responses.properties().forEach(response -> {
                        if (response.getKey().compareTo("400") >= 0) {
                            assertThat(Contract.resolve(response.getValue())
                                            .at("/content/application~1problem+json/schema/$ref")
                                            .asString(""))
                                    .as(path.getKey() + " " + response.getKey())
                                    .isEqualTo("#/components/schemas/Problem");
                        }
                    });
                    assertThat(Contract.resolve(responses.path("503"))
                                    .at("/headers/Retry-After")
                                    .isMissingNode())
                            .isFalse();
                    assertThat(responses.has("404")).isEqualTo(path.getKey().contains("{"));
                    assertThat(responses.has("415")).isEqualTo(operation.has("requestBody"));
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
                        "changeTask",
                        "changeDag",
                        "reprioritizeTasks",
                        "listTasks",
                        "submitDag",
                        "validateDag",
                        "getDag",
                        "listDags",
                        "listCommands",
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
                        "deleteDeadLetters",
                        "rebuildDeadLetterStream",
                        "getDeadLetterStream",
                        "getCommand",
                        "streamEvents",
                        "streamDagEvents",
                        "registerAgent",
                        "heartbeat",
                        "removeAgent",
                        "drainAgent",
                        "resumeAgent",
                        "listAgents",
                        "listQueues",
                        "listTenants",
                        "setTenant",
                        "listBudgets",
                        "setBudget",
                        "deleteBudget",
                        "getCosts",
                        "listLimits",
                        "setLimit",
                        "deleteLimit",
                        "listSettings",
                        "setSetting",
                        "listFeatureFlags",
                        "setFeatureFlag");
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

        JsonNode properties =
                DESCRIPTION.path("components").path("schemas").path(schema).path("properties");
        assertThat(new TreeSet<>(properties.propertyNames())).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource({"TaskSubmission", "BatchTask", "DagTaskSubmission", "DagSubmission", "AgentRegistration", "Heartbeat"})
    void whatIsOptionalMayBeNullAndWhatIsRequiredMayNot(String name) {
        JsonNode schema = DESCRIPTION.at("/components/schemas/" + name);
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        schema.path("properties")
                .properties()
                .forEach(property -> assertThat(allowsNull(property.getValue()))
                        .as(name + "." + property.getKey())
                        .isEqualTo(!required.contains(property.getKey())));
    }

    private static boolean allowsNull(JsonNode property) {
        JsonNode schema = Contract.resolve(property);
        return schema.path("type").toString().contains("\"null\"")
                || schema.path("anyOf").toString().contains("\"null\"");
    }

    /** Every optional field of every request, at once. */
    @Test
    void whatIsOptionalIsAbsentWhereItIsNull() {
        String id = API.post("/v1/tasks", withNulls("TaskSubmission", "\"task_type\":\"nulls\""))
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
        String plain = API.post("/v1/tasks", "{\"task_type\":\"nulls\"}")
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
        assertThat(withoutIdsAndTimes(id)).isEqualTo(withoutIdsAndTimes(plain));
        API.post(
                        "/v1/tasks",
                        withNulls("TaskSubmission", "\"task_type\":\"nulls\"")
                                .replace("\"retry\":null", "\"retry\":" + withNulls("RetrySubmission", "")))
                .isOk(202);
        API.post("/v1/tasks/batch", "{\"tasks\":[" + withNulls("BatchTask", "\"task_type\":\"nulls\"") + "]}")
                .isOk(202);
        String dag = API.post(
                        "/v1/dags",
                        withNulls(
                                        "DagSubmission",
                                        "\"tasks\":[" + withNulls("DagTaskSubmission", "\"key\":\"a\"") + "]")
                                .replace(
                                        "\"defaults\":null",
                                        "\"defaults\":" + withNulls("TaskDefaults", "\"task_type\":\"nulls\"")))
                .isOk(202)
                .json()
                .path("dag_id")
                .asString();
        API.post("/v1/dags/" + dag + "/pause", withNulls("CommandSubmission", ""))
                .isOk(202);
        API.post("/v1/dags/" + dag + "/retry", withNulls("RetryRequest", "")).isProblem(409, "DAG_NOT_ENDED");
        API.post("/v1/dead-letters/1-0/reprocess", withNulls("ReprocessSubmission", ""))
                .isProblem(404, "DEAD_LETTER_NOT_FOUND");
        API.post("/v1/dead-letters/reprocess", withNulls("BulkReprocessSubmission", ""))
                .isOk(202);
        JsonNode agent = API.post(
                        "/v1/agents",
                        withNulls(
                                "AgentRegistration",
                                "\"agent_types\":[\"nulls\"],\"address\":\"127.0.0.1:1\",\"max_concurrent_tasks\":1"))
                .isOk(201)
                .json();
        API.put(
                        "/v1/agents/" + agent.path("agent_id").asString() + "/heartbeat",
                        withNulls("Heartbeat", ""),
                        "Authorization",
                        "Bearer " + agent.path("credential").asString())
                .isOk(200);
    }

    private static String withNulls(String schema, String members) {
        List<String> all = new ArrayList<>();
        if (!members.isEmpty()) {
            all.add(members);
        }
        DESCRIPTION.at("/components/schemas/" + schema + "/properties").propertyNames().stream()
                .filter(name -> !members.contains("\"" + name + "\""))
                .forEach(name -> all.add("\"" + name + "\":null"));
        return "{" + String.join(",", all) + "}";
    }

    private static String withoutIdsAndTimes(String taskId) {
        return API.get("/v1/tasks/" + taskId)
                .isOk(200)
                .text()
                .replaceAll("\"(task_id|created_at|queued_at|started_at|ended_at)\":\"[^\"]*\",?", "")
                .replaceAll("\"position\":[0-9]+,?", "")
                .replaceAll("in line since [^,\"]*", "in line");
    }

    @Test
    void wordsOfTheProductAreTheDocumentsWords() {
        assertThat(words("ProblemCode")).isEqualTo(names(ProblemCode.values()));
        assertThat(words("Priority")).isEqualTo(names(Priority.values()));
        assertThat(words("OnFailure")).isEqualTo(names(OnFailure.values()));
        assertThat(words("AgentState")).isEqualTo(names(AgentState.values()));
        assertThat(words("TaskStatus"))
                .isEqualTo(names(Arrays.stream(TaskStatus.values())
                        .filter(status -> status.published() == status)
                        .toArray(TaskStatus[]::new)));
        assertThat(words("DagStatus"))
                .isEqualTo(names(Arrays.stream(RunStatus.values())
                        .filter(status -> status.published() == status)
                        .toArray(RunStatus[]::new)));
        assertThat(words("Waiting/properties/reason")).isEqualTo(names(WaitingView.Reason.values()));
        assertThat(words("Warning/properties/code")).isEqualTo(names(Warning.Code.values()));
        assertThat(words("AgentConnection/properties/state")).isEqualTo(names(AgentConnectionState.values()));
        assertThat(words("Placement/properties/reason")).isEqualTo(names(PlacementReason.values()));
        assertThat(words("DeadLetter/properties/state")).isEqualTo(names(DeadLetterState.values()));
    }

    private static Set<String> words(String schema) {
        return DESCRIPTION
                .at("/components/schemas/" + schema + "/enum")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsAnObjectIsOneInTheDocument() {
        JsonNode task = DESCRIPTION.at("/components/schemas/Task/properties");
        for (String name : new String[] {"labels", "payload"}) {
            assertThat(Contract.resolve(task.path(name)).path("type").asString(""))
                    .as(name)
                    .isEqualTo("object");
        }
        assertThat(task.path("result").has("type")).as("any JSON").isFalse();
    }

    @Test
    void operationsAnswerWhatIsCalledSo() {
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
                        .at("/paths/~1v1~1events/get/responses/200/content/text~1event-stream/schema/anyOf/0/$ref")
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
        assertThat(API.get("/swagger-ui/swagger-initializer.js").isOk(200).text())
                .contains("../v3/api-docs");
        API.get("/swagger-ui/swagger-ui-bundle.js").isOk(200);
    }

    private static void collectReferences(JsonNode node, List<String> references) {
        if (node.path("$ref").isString()) {
            references.add(node.path("$ref").asString());
        }
        node.forEach(child -> collectReferences(child, references));
    }
}
