package io.agentorchestrator.api.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.Ends;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RetryIT {
    private static final TestApi API = TestApi.shared();
    private static final Ends ENDS = new Ends(API.database());

    @Test
    void whatDidNotCompleteRunsAgainInTheNextRunAndWhatDidIsKept() {
        JsonNode dag = failedDag();
        String id = id(dag);

        Answer answer = API.post(retry(id), "{\"reason\":\"mended\"}").isOk(202);

        JsonNode retried = answer.json();
        assertThat(retried.path("dag_id").asString()).isEqualTo(id);
        assertThat(retried.path("run_number").asInt()).isEqualTo(2);
        assertThat(retried.path("tasks").toString()).isEqualTo("[\"b\",\"c\"]");
        JsonNode command = API.get(answer.header("Location")).isOk(200).json();
        assertThat(command.path("command_id")).isEqualTo(retried.path("command_id"));
        assertThat(command.path("kind").asString()).isEqualTo("RETRY");
        assertThat(command.path("reason").asString()).isEqualTo("mended");
        assertThat(command.path("delivered").asBoolean()).isTrue();
        JsonNode view = API.get("/v1/dags/" + id).json();
        assertThat(view.path("run_number").asInt()).isEqualTo(2);
        assertThat(view.path("status").asString()).isEqualTo("PENDING");
        assertThat(statuses(view)).containsExactly("COMPLETED", "QUEUED", "WAITING");
        assertThat(task(dag, "b").has("error")).isFalse();
        assertThat(task(dag, "b").has("dead_letter_entry_id")).isFalse();
    }

    @Test
    void aFurtherRunMayHaveMoreBudget() {
        JsonNode dag = failedDag();

        API.post(retry(id(dag)), "{\"cost_budget\":-1}")
                .isProblem(422, "OUT_OF_RANGE")
                .at("/cost_budget");
        API.database()
                .client()
                .sql("update budget_account set spent_micro_usd = 125000, spent_tokens = 6 where account_id = ?::uuid")
                .param(id(dag))
                .update();
        API.post(retry(id(dag)), "{\"cost_budget\":0.124,\"token_budget\":7}")
                .isProblem(422, "OUT_OF_RANGE")
                .at("/cost_budget")
                .saying("0.125 USD");
        API.post(retry(id(dag)), "{\"cost_budget\":2.5,\"token_budget\":7}").isOk(202);

        JsonNode view = API.get("/v1/dags/" + id(dag)).json();
        assertThat(view.path("cost_budget").decimalValue()).isEqualByComparingTo("2.5");
        assertThat(view.path("token_budget").asInt()).isEqualTo(7);
    }

    @Test
    void aFurtherRunHasATimeOfItsOwn() {
        JsonNode dag = failedDag();
        JsonNode first = API.get("/v1/dags/" + id(dag)).json().path("run_created_at");

        API.post(retry(id(dag)), "{}").isOk(202);

        JsonNode second = API.get("/v1/dags/" + id(dag)).json().path("run_created_at");
        // The first is by the API's clock, which follows the database's as exactly as answers are fast.
        assertThat(Instant.parse(second.asString())).isNotEqualTo(Instant.parse(first.asString()));
        assertThat(task(dag, "a").path("run_created_at")).isEqualTo(first);
        assertThat(task(dag, "b").path("run_created_at")).isEqualTo(second);
        assertThat(task(dag, "b").has("started_at")).isFalse();
    }

    @Test
    void aBodyIsNotNeededAndTheCommandHasAReasonAllTheSame() {
        Answer answer = API.send("POST", retry(id(failedDag())), BodyPublishers.noBody())
                .isOk(202);

        assertThat(API.get(answer.header("Location")).json().path("reason").asString())
                .isNotEmpty();
    }

    @Test
    void anyNodeRunsAgainOnRequestWithAllThatDependsOnIt() {
        JsonNode dag = endedDag("COMPLETED", "COMPLETED", "COMPLETED", "COMPLETED");
        String id = id(dag);

        Answer nothing = API.post(retry(id), "{}").isProblem(409, "NOTHING_TO_RERUN");
        assertThat(nothing.json().path("detail").asString()).contains("from");
        JsonNode retried =
                API.post(retry(id), "{\"from\":[\"b\",\"b\"]}").isOk(202).json();

        assertThat(retried.path("tasks").toString()).isEqualTo("[\"b\",\"c\"]");
        assertThat(statuses(API.get("/v1/dags/" + id).json())).containsExactly("COMPLETED", "QUEUED", "WAITING");
    }

    @Test
    void aChangedPayloadMakesANewTaskThatTakesTheNodesPlace() {
        JsonNode dag = failedDag();
        String old = dag.at("/tasks/b").asString();

        API.post(retry(id(dag)), "{\"payloads\":{\"b\":{\"x\":\"${tasks.a.result.y} ${inputs.i}\"}}}")
                .isOk(202);

        JsonNode view = API.get("/v1/dags/" + id(dag)).json();
        String made = view.at("/tasks/1/task_id").asString();
        assertThat(made).isNotEqualTo(old);
        assertThat(view.at("/tasks/1/key").asString()).isEqualTo("b");
        JsonNode task = API.get("/v1/tasks/" + made).json();
        assertThat(task.at("/payload/x").asString()).isEqualTo("${tasks.a.result.y} ${inputs.i}");
        assertThat(task.path("reprocessed_from").asString()).isEqualTo(old);
        assertThat(API.get("/v1/tasks/" + old).json().path("reprocessed_as").asString())
                .isEqualTo(made);
    }

    @Test
    void aDagThatHasNotEndedIsLeftAlone() {
        JsonNode dag = submit();

        Answer answer = API.post(retry(id(dag)), "{}").isProblem(409, "DAG_NOT_ENDED");

        assertThat(answer.json().path("detail").asString()).contains("PENDING").contains("cancel");
        assertThat(API.get("/v1/dags/" + id(dag)).json().path("run_number").asInt())
                .isEqualTo(1);
    }

    @Test
    void ofManyRetriesAtOnceOneRunsTheDagAgain() {
        String id = id(failedDag());
        try (ExecutorService clients = Executors.newFixedThreadPool(10)) {
            List<CompletableFuture<Answer>> answers = IntStream.range(0, 10)
                    .mapToObj(n -> CompletableFuture.supplyAsync(() -> API.post(retry(id), "{}"), clients))
                    .toList();
            List<Answer> refused = answers.stream()
                    .map(CompletableFuture::join)
                    .filter(answer -> answer.status() != 202)
                    .toList();

            assertThat(refused).hasSize(9).allSatisfy(answer -> answer.isProblem(409, "DAG_NOT_ENDED"));
        }
        assertThat(API.get("/v1/dags/" + id).json().path("run_number").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'frm':['a']} | 400 | UNKNOWN_FIELD | /frm",
                "{'from':'a'} | 400 | INVALID_TYPE | /from",
                "{'from':[1]} | 400 | INVALID_TYPE | /from/0",
                "{'from':['a','#0']} | 422 | INVALID_VALUE | /from/1",
                "{'from':['a','nobody']} | 422 | UNKNOWN_KEY | /from/1",
                "{'payloads':[]} | 400 | INVALID_TYPE | /payloads",
                "{'payloads':{'b':5}} | 400 | INVALID_TYPE | /payloads/b",
                "{'payloads':{'b':null}} | 400 | INVALID_TYPE | /payloads/b",
                "{'payloads':{'b':{},'no/body':{}}} | 422 | UNKNOWN_KEY | /payloads/no~1body",
                "{'payloads':{'b':{'x':'${nope}'}}} | 422 | BAD_TEMPLATE | /payloads/b/x",
                "{'payloads':{'b':{'x':'${inputs.other}'}}} | 422 | BAD_TEMPLATE | /payloads/b/x",
                "{'payloads':{'b':{'x':['${tasks.c.result}']}}} | 422 | BAD_TEMPLATE | /payloads/b/x/0",
                "{'payloads':{'b':{'x':'${tasks.b.result}'}}} | 422 | BAD_TEMPLATE | /payloads/b/x",
                "{'reason':''} | 422 | INVALID_VALUE | /reason",
                "[] | 400 | INVALID_TYPE | ''",
            })
    void aBadBodyIsPointedAtAndChangesNothing(String body, int status, String code, String pointer) {
        String id = id(failedDag());

        API.post(retry(id), body.replace('\'', '"')).isProblem(status, code).at(pointer.equals("''") ? "" : pointer);

        assertThat(API.get("/v1/dags/" + id).json().path("run_number").asInt()).isEqualTo(1);
    }

    @Test
    void aPayloadHasTheLimitThatItHasInASubmission() {
        String id = id(failedDag());
        String body = "{\"payloads\":{\"b\":{\"x\":\"%s\"}}}";

        API.post(retry(id), body.formatted("x".repeat(256 * 1024 - 7)))
                .isProblem(413, "PAYLOAD_TOO_LARGE")
                .at("/payloads/b");
        API.post(retry(id), body.formatted("x".repeat(256 * 1024 - 8))).isOk(202);
    }

    @Test
    void whatIsNotThereOrAnothersCannotBeRetried() {
        String id = id(failedDag());

        for (String body : new String[] {"{}", "{\"payloads\":{\"b\":{}}}"}) {
            API.post(retry(id), body, "Orchestrator-Tenant", "acme").isProblem(404, "DAG_NOT_FOUND");
            API.post(retry(UUID.randomUUID().toString()), body).isProblem(404, "DAG_NOT_FOUND");
            API.post(retry("abc"), body).isProblem(404, "DAG_NOT_FOUND");
        }
    }

    @Test
    void anIdempotencyKeyWouldPromiseTooMuchAndIsRefused() {
        API.post(retry(id(failedDag())), "{}", "Idempotency-Key", "k").isProblem(400, "INVALID_HEADER");
    }

    private static JsonNode failedDag() {
        return endedDag("FAILED", "COMPLETED", "FAILED", "CANCELLED");
    }

    /** a ← b ← c, ended like this. */
    private static JsonNode endedDag(String status, String... ends) {
        JsonNode dag = submit();
        String[] keys = {"a", "b", "c"};
        for (int task = 0; task < keys.length; task++) {
            String id = dag.at("/tasks/" + keys[task]).asString();
            if (ends[task].equals("FAILED")) {
                ENDS.fail(id, "BROKEN");
            } else {
                ENDS.end(id, ends[task]);
            }
        }
        ENDS.endDag(id(dag), status);
        return dag;
    }

    private static JsonNode submit() {
        return API.post("/v1/dags", """
                        {"name": "retried", "inputs": {"i": 1}, "defaults": {"task_type": "retried"},
                         "tasks": [{"key": "a"}, {"key": "b", "depends_on": ["a"]}, {"key": "c", "depends_on": ["b"]}]}
                        """).isOk(202).json();
    }

    private static String id(JsonNode dag) {
        return dag.path("dag_id").asString();
    }

    private static String retry(String dagId) {
        return "/v1/dags/" + dagId + "/retry";
    }

    private static JsonNode task(JsonNode dag, String key) {
        return API.get("/v1/tasks/" + dag.at("/tasks/" + key).asString()).json();
    }

    private static List<String> statuses(JsonNode view) {
        return view.path("tasks")
                .valueStream()
                .map(task -> task.path("status").asString())
                .toList();
    }
}
