package io.agentorchestrator.api.dag;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DagIT {
    private static final TestApi API = TestApi.shared();

    private static final String DIAMOND = """
            {"name": "diamond", "inputs": {"path": "/src"}, "priority": "HIGH", "labels": {"team": "a"},
             "defaults": {"task_type": "step", "retry": {"max_attempts": 5}, "labels": {"kind": "default"}},
             "tasks": [
               {"key": "list", "payload": {"dir": "${inputs.path}"}},
               {"key": "left", "depends_on": ["list"], "estimated_complexity": 5, "retry": {"backoff_coefficient": 3}},
               {"key": "right", "depends_on": ["list"], "priority": "LOW", "labels": {"side": "right"}},
               {"key": "join", "task_type": "join", "depends_on": ["left", "right"],
                "payload": {"files": "${tasks.list.result.files}"}}]}
            """;

    @Test
    void aDagIsAnsweredWithItsPlan() {
        Answer answer = API.post("/v1/dags", DIAMOND).isOk(202);
        JsonNode dag = answer.json();
        String id = dag.path("dag_id").asString();

        assertThat(answer.header("Location")).isEqualTo("/v1/dags/" + id);
        assertThat(dag.path("tasks").propertyNames()).containsExactly("list", "left", "right", "join");
        assertThat(dag.path("levels").toString()).isEqualTo("[[\"list\"],[\"left\",\"right\"],[\"join\"]]");
        assertThat(dag.path("critical_path").toString()).isEqualTo("[\"list\",\"left\",\"join\"]");
        assertThat(dag.path("critical_path_seconds").asDouble()).isEqualTo(7.0);
        assertThat(dag.path("workflow").toString())
                .isEqualTo(
                        "{\"namespace\":\"default\",\"workflow_id\":\"dag-%s-1\",\"url\":\"http://temporal.test/namespaces/default/workflows?query=WorkflowId%%3D%%22dag-%s-1%%22\"}"
                                .formatted(id, id));
    }

    @Test
    void anEdgeThatIsNamedTwiceIsOneEdgeWithAWarning() {
        String dag = """
                {"defaults": {"task_type": "edge"}, "tasks": [
                  {"key": "a"}, {"key": "b", "depends_on": ["a", "a"]}, {"key": "c", "depends_on": ["b", "a", "b", "b"]}]}
                """;
        JsonNode accepted = API.post("/v1/dags", dag).isOk(202).json();
        JsonNode validated = API.post("/v1/dags/validate", dag).isOk(200).json();

        assertThat(accepted.path("warnings")).isEqualTo(validated.path("warnings"));
        assertThat(repetitions(accepted).map(warning -> warning.path("pointer").asString()))
                .containsExactly("/tasks/1/depends_on/1", "/tasks/2/depends_on/2", "/tasks/2/depends_on/3");
        assertThat(accepted.at("/warnings/0/code").asString()).isEqualTo("REPEATED_DEPENDENCY");
        assertThat(accepted.at("/warnings/0/message").asString()).contains("'b'", "'a'", "once");
        assertThat(accepted.path("levels").toString()).isEqualTo("[[\"a\"],[\"b\"],[\"c\"]]");
        JsonNode tasks = API.get("/v1/dags/" + accepted.path("dag_id").asString())
                .isOk(200)
                .json()
                .path("tasks");
        assertThat(tasks.path(1).path("depends_on").toString()).isEqualTo("[\"a\"]");
        assertThat(tasks.path(2).path("depends_on").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(repetitions(API.post("/v1/dags", DIAMOND).isOk(202).json())).isEmpty();
    }

    private static Stream<JsonNode> repetitions(JsonNode answer) {
        return answer.path("warnings")
                .valueStream()
                .filter(warning -> warning.path("code").asString().equals("REPEATED_DEPENDENCY"));
    }

    @Test
    void mergeKeysOfYamlAreHonouredEverywhere() {
        String yaml = """
                defaults: &defaults
                  task_type: merged
                  retry: &retry {max_attempts: 7}
                tasks:
                - &first
                  key: a
                  payload: &payload {sleep_ms: 1, deep: {list: [{x: 1}]}}
                  retry: {<<: *retry, backoff_coefficient: 3}
                - <<: *first
                  key: b
                  payload: {deep: 2, <<: *payload, items: [{<<: *payload, sleep_ms: 5}]}
                """;
        JsonNode tasks = API.postYaml("/v1/dags", yaml).isOk(202).json().path("tasks");

        JsonNode b =
                API.get("/v1/tasks/" + tasks.path("b").asString()).isOk(200).json();
        assertThat(b.path("payload"))
                .isEqualTo(
                        new JsonMapper()
                                .readTree(
                                        "{\"deep\":2,\"items\":[{\"sleep_ms\":5,\"deep\":{\"list\":[{\"x\":1}]}}],\"sleep_ms\":1}"));
        assertThat(b.at("/retry/max_attempts").asInt()).isEqualTo(7);
        assertThat(b.at("/retry/backoff_coefficient").asDouble()).isEqualTo(3.0);
        assertThat(b.toString()).doesNotContain("<<");
        API.postYaml("/v1/dags", "tasks:\n- {key: a, task_type: merged, payload: {<<: 5}}\n")
                .isProblem(400, "MALFORMED_YAML")
                .saying("line 2, column");
    }

    @Test
    void theLinkIsToTheWorkflowOnceItHasStarted() {
        JsonNode dag = API.post("/v1/dags", DIAMOND).isOk(202).json();
        String id = dag.path("dag_id").asString();
        String list = "http://temporal.test/namespaces/default/workflows";
        String byId = list + "?query=WorkflowId%3D%22dag-" + id + "-1%22";
        String task = dag.at("/tasks/list").asString();
        assertThat(API.get("/v1/dags/" + id).json().at("/workflow/url").asString())
                .isEqualTo(byId);
        assertThat(API.get("/v1/tasks/" + task).json().at("/workflow/url").asString())
                .isEqualTo(byId);

        API.database()
                .client()
                .sql("update run set status = 'RUNNING', started_at = now() where run_id = ?::uuid")
                .param(id)
                .update();
        assertThat(API.get("/v1/tasks/" + task).json().at("/workflow/url").asString())
                .as("whether the run has started, the task does not tell")
                .isEqualTo(byId);
        API.database()
                .client()
                .sql("update task_state set status = 'RUNNING', started_at = now() where task_id = ?::uuid")
                .param(task)
                .update();

        assertThat(API.get("/v1/dags/" + id).json().at("/workflow/url").asString())
                .isEqualTo(list + "/dag-" + id + "-1");
        assertThat(API.get("/v1/tasks/" + task).json().at("/workflow/url").asString())
                .isEqualTo(list + "/dag-" + id + "-1");
    }

    @Test
    void aDagReadsAsItWasSubmitted() {
        String id = API.post("/v1/dags", DIAMOND).json().path("dag_id").asString();

        JsonNode dag = API.get("/v1/dags/" + id).isOk(200).json();
        assertThat(dag.path("name").asString()).isEqualTo("diamond");
        assertThat(dag.path("status").asString()).isEqualTo("PENDING");
        assertThat(dag.path("on_failure").asString()).isEqualTo("CANCEL_DEPENDENTS");
        assertThat(dag.path("run_number").asInt()).isEqualTo(1);
        assertThat(dag.path("inputs").toString()).isEqualTo("{\"path\":\"/src\"}");
        assertThat(dag.path("counts").toString()).isEqualTo("{\"WAITING\":3,\"QUEUED\":1}");
        assertThat(dag.path("critical_path_seconds").asDouble()).isEqualTo(7.0);
        JsonNode right = dag.path("tasks").path(2);
        assertThat(right.path("key").asString()).isEqualTo("right");
        assertThat(right.path("priority").asString()).isEqualTo("LOW");
        assertThat(dag.path("tasks").path(0).path("priority").asString()).isEqualTo("HIGH");
        assertThat(dag.path("tasks").path(3).path("depends_on").toString()).isEqualTo("[\"left\",\"right\"]");

        JsonNode left = API.get(
                        "/v1/tasks/" + dag.path("tasks").path(1).path("task_id").asString())
                .json();
        assertThat(left.path("retry").path("max_attempts").asInt()).isEqualTo(5);
        assertThat(left.path("retry").path("backoff_coefficient").asDouble()).isEqualTo(3.0);
        assertThat(left.path("depends_on").toString()).isEqualTo("[\"list\"]");
        JsonNode rightTask =
                API.get("/v1/tasks/" + right.path("task_id").asString()).json();
        assertThat(rightTask.path("labels").toString()).isEqualTo("{\"kind\":\"default\",\"side\":\"right\"}");
    }

    @Test
    void yamlSaysTheSameAsJson() {
        String yaml = """
                name: yaml
                inputs: {path: /src, deep: [1, 2.50, true, null, "yes", no]}
                defaults: &defaults
                  retry: &retry {max_attempts: 4}
                tasks:
                  - key: a
                    task_type: step
                    retry: *retry
                    payload:
                      text: |
                        two
                        lines
                  - {key: b, task_type: step, depends_on: [a], payload: {p: "${inputs.path}"}}
                """;
        JsonNode dag = API.postYaml("/v1/dags", yaml).isOk(202).json();

        assertThat(API.get("/v1/dags/" + dag.path("dag_id").asString()).text())
                .contains("{\"path\":\"/src\",\"deep\":[1,2.50,true,null,\"yes\",\"no\"]}");
        JsonNode task =
                API.get("/v1/tasks/" + dag.path("tasks").path("a").asString()).json();
        assertThat(task.path("payload").path("text").asString()).isEqualTo("two\nlines\n");
        assertThat(task.path("retry").path("max_attempts").asInt()).isEqualTo(4);
    }

    @Test
    void validationPlansAndStoresNothing() {
        String named = DIAMOND.replace("diamond", "only-validated");
        JsonNode plan = API.post("/v1/dags/validate", named).isOk(200).json();

        assertThat(plan.path("critical_path").toString()).isEqualTo("[\"list\",\"left\",\"join\"]");
        assertThat(plan.path("levels").size()).isEqualTo(3);
        assertThat(API.get("/v1/dags?name=only-validated").json().path("dags").size())
                .isZero();
        API.post("/v1/dags/validate", "{\"tasks\":[]}").isProblem(422, "EMPTY_DAG");
    }

    @Test
    void resultsAreInTheAnswerUntilTheyAreTooMuch() {
        JsonNode dag = API.post("/v1/dags", DIAMOND).json();
        for (String key : new String[] {"list", "left", "right"}) {
            complete(dag.path("tasks").path(key).asString(), key.equals("left") ? 900_000 : 150_000);
        }

        JsonNode tasks =
                API.get("/v1/dags/" + dag.path("dag_id").asString()).json().path("tasks");
        assertThat(tasks.path(0).path("result").path("text").asString()).hasSize(150_000);
        assertThat(tasks.path(1).has("result")
                        ^ tasks.path(1).path("result_omitted").asBoolean(false))
                .isTrue();
        assertThat(tasks.path(2).has("result")).isFalse();
        assertThat(tasks.path(2).path("result_omitted").asBoolean()).isTrue();
        assertThat(tasks.path(3).has("result_omitted")).isFalse();
    }

    @Test
    void dagsAreListedByNameStatusAndLabel() {
        for (int n = 0; n < 3; n++) {
            API.post("/v1/dags", DIAMOND.replace("diamond", "listed")).isOk(202);
        }

        assertThat(API.get("/v1/dags?name=listed&status=PENDING&label=team=a")
                        .json()
                        .path("dags")
                        .size())
                .isEqualTo(3);
        assertThat(API.get("/v1/dags?name=listed&status=COMPLETED")
                        .json()
                        .path("dags")
                        .size())
                .isZero();
        JsonNode page = API.get("/v1/dags?name=listed&limit=2").json();
        assertThat(page.path("dags").size()).isEqualTo(2);
        assertThat(page.path("dags").path(0).path("task_count").asInt()).isEqualTo(4);
        assertThat(API.get("/v1/dags?name=listed&limit=2&cursor="
                                + page.path("next_cursor").asString())
                        .json()
                        .path("dags")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void anotherTenantsDagIsNotFound() {
        String id = API.post("/v1/dags", DIAMOND, "Orchestrator-Tenant", "acme")
                .json()
                .path("dag_id")
                .asString();

        API.get("/v1/dags/" + id).isProblem(404, "DAG_NOT_FOUND");
        API.get("/v1/dags/" + id, "Orchestrator-Tenant", "acme").isOk(200);
    }

    @Test
    void tenThousandTasksAreAcceptedAndReadWithinSeconds() {
        String tasks = IntStream.range(0, 10_000)
                .mapToObj(n -> "{\"key\":\"k%d\",\"task_type\":\"step\",\"payload\":{\"n\":%d}%s}"
                        .formatted(
                                n,
                                n,
                                n < 100
                                        ? ""
                                        : ",\"depends_on\":[\"k%d\",\"k%d\"]"
                                                .formatted(n - 100, n % 100)
                                                .replaceFirst(n < 200 ? ",\"k\\d+\"]" : "$^", n < 200 ? "]" : "")))
                .collect(Collectors.joining(","));
        Instant before = Instant.now();

        JsonNode dag =
                API.post("/v1/dags", "{\"tasks\":[" + tasks + "]}").isOk(202).json();
        Duration took = Duration.between(before, Instant.now());
        JsonNode read =
                API.get("/v1/dags/" + dag.path("dag_id").asString()).isOk(200).json();

        assertThat(dag.path("tasks").size()).isEqualTo(10_000);
        assertThat(dag.path("levels").size()).isEqualTo(100);
        assertThat(read.path("counts").toString()).isEqualTo("{\"WAITING\":9900,\"QUEUED\":100}");
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aDagShowsWhatItsTasksHaveUsedUpAndHowFarTheyAre() {
        JsonNode tasks = API.post("/v1/dags", """
                        {"tasks": [{"key": "a", "task_type": "used"}, {"key": "b", "task_type": "used"}, {"key": "c", "task_type": "used"}]}
                        """).isOk(202).json();
        String dagId = tasks.path("dag_id").asString();
        String done = tasks.at("/tasks/a").asString();
        String running = tasks.at("/tasks/b").asString();
        complete(done, 30);
        API.database()
                .client()
                .sql("update task_attempt set cost_micro_usd = 250000, output_tokens = 5 where task_id = ?::uuid")
                .param(done)
                .update();
        API.database()
                .client()
                .sql("update task_state set status = 'RUNNING', attempt = 1, epoch = 1 where task_id = ?::uuid")
                .param(running)
                .update();
        API.database().client().sql("""
                insert into task_report (task_id, epoch, attempt, tenant, agent_id, fraction, cost_micro_usd, input_tokens, output_tokens,
                  reported_at)
                values (?::uuid, 1, 1, 'default', 'one', 0.5, 1, 7, 0, now())
                """).param(running).update();

        JsonNode dag = API.get("/v1/dags/" + dagId).isOk(200).json();

        assertThat(dag.path("cost").toString()).isEqualTo("{\"actual\":0.250001}");
        assertThat(dag.path("usage").toString())
                .isEqualTo("{\"cost_usd\":0.250001,\"input_tokens\":7,\"output_tokens\":5}");
        assertThat(dag.at("/tasks/0/cost/actual").decimalValue()).isEqualTo("0.25");
        assertThat(dag.at("/tasks/0/progress").isMissingNode()).isTrue();
        assertThat(dag.at("/tasks/1/progress/fraction").doubleValue()).isEqualTo(0.5);
        assertThat(dag.at("/tasks/1/usage/input_tokens").intValue()).isEqualTo(7);
        assertThat(dag.at("/tasks/2/cost/actual").decimalValue()).isZero();
    }

    private static void complete(String taskId, int resultChars) {
        API.database()
                .client()
                .sql(
                        "update task_state set status = 'COMPLETED', attempt = 1, ended_at = now() where task_id = ?::uuid")
                .param(taskId)
                .update();
        API.database().client().sql("""
                insert into task_attempt (task_id, attempt, tenant, run_number, epoch, ended_at, outcome, result)
                values (?::uuid, 1, 'default', 1, 1, now(), 'COMPLETED', json_build_object('text', (
                  select string_agg(md5(n::text), '') from generate_series(1, ? / 30) n)))
                """).param(taskId).param(resultChars).update();
        API.database()
                .client()
                .sql(
                        "update task_attempt set result = json_build_object('text', left(result ->> 'text', ?)) where task_id = ?::uuid")
                .param(resultChars)
                .param(taskId)
                .update();
    }
}
