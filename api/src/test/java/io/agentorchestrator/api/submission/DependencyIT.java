package io.agentorchestrator.api.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tasks that depend on tasks submitted earlier. */
class DependencyIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aTaskWaitsForTheTasksThatItDependsOn() {
        String first = task("");
        String second = task("");

        JsonNode accepted = post("/v1/tasks", "{'task_type':'dep','dependencies':['%s','%s']}", second, first)
                .isOk(202)
                .json();

        assertThat(accepted.path("status").asString()).isEqualTo("WAITING");
        JsonNode task = read(accepted.path("task_id").asString());
        assertThat(task.path("status").asString()).isEqualTo("WAITING");
        assertThat(task.path("dependencies").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrder(first, second);
        assertThat(read(first).path("dependencies").size()).isZero();
    }

    @Test
    void aDependencyThatIsNamedTwiceCountsOnceWithAWarning() {
        String first = task("");
        String second = task("");
        String list = "['%s','%s','%s']".formatted(first, first.toUpperCase(Locale.ROOT), second);

        JsonNode accepted = post("/v1/tasks", "{'task_type':'dep','dependencies':%s}", list)
                .isOk(202)
                .json();
        assertThat(accepted.path("warnings").findValuesAsString("code")).containsOnlyOnce("REPEATED_DEPENDENCY");
        assertThat(accepted.at("/warnings/0/code").asString()).isEqualTo("REPEATED_DEPENDENCY");
        assertThat(accepted.at("/warnings/0/pointer").asString()).isEqualTo("/dependencies/1");
        assertThat(accepted.at("/warnings/0/message").asString()).contains(first);
        assertThat(read(accepted.path("task_id").asString())
                        .path("dependencies")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactlyInAnyOrder(first, second);

        JsonNode batch = post("/v1/tasks/batch", "{'tasks':[{'task_type':'dep','dependencies':%s}]}", list)
                .isOk(202)
                .json();
        assertThat(batch.at("/warnings/0/pointer").asString()).isEqualTo("/tasks/0/dependencies/1");
        // Behind a repetition, what is wrong is still pointed at where it stands.
        post(
                        "/v1/tasks",
                        "{'task_type':'dep','dependencies':['%s','%s','%s']}",
                        first,
                        first,
                        UUID.randomUUID().toString())
                .isProblem(422, "UNKNOWN_DEPENDENCY")
                .at("/dependencies/2");
    }

    @Test
    void aListThatIsNullIsNone() {
        JsonNode accepted = post("/v1/tasks", "{'task_type':'dep','dependencies':null}")
                .isOk(202)
                .json();
        assertThat(accepted.path("status").asString()).isEqualTo("QUEUED");
        assertThat(accepted.path("warnings").findValuesAsString("code")).doesNotContain("REPEATED_DEPENDENCY");
    }

    @Test
    void aTaskWithAnEmptyListWaitsForNothing() {
        assertThat(post("/v1/tasks", "{'task_type':'dep','dependencies':[]}")
                        .isOk(202)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("QUEUED");
    }

    @Test
    void aTaskWhoseDependenciesHaveCompletedWaitsForNothing() {
        String first = task("");
        API.database()
                .client()
                .sql("update task_state set status = 'COMPLETED', ended_at = now() where task_id = ?::uuid")
                .param(first)
                .update();

        assertThat(read(task(",'dependencies':['%s']".formatted(first)))
                        .path("status")
                        .asString())
                .isEqualTo("QUEUED");
    }

    @Test
    void aTaskWhoseDependencyIsCancelledIsCancelledToo() {
        String first = task("");
        String child = task(",'dependencies':['%s']".formatted(first));
        String grandchild = task(",'dependencies':['%s']".formatted(child));

        API.post("/v1/tasks/" + first + "/cancel", "{}").isOk(202);

        for (String dependent : new String[] {child, grandchild}) {
            JsonNode task = read(dependent);
            assertThat(task.path("status").asString()).isEqualTo("CANCELLED");
            assertThat(task.at("/error/code").asString()).isEqualTo("UPSTREAM_CANCELLED");
        }
    }

    @Test
    void aBatchWhoseItemsDependOnEarlierTasksOnlyStaysStandalone() {
        String first = task("");

        JsonNode batch = post(
                        "/v1/tasks/batch",
                        "{'tasks':[{'task_type':'dep','dependencies':['%s']},{'task_type':'dep'}]}",
                        first)
                .isOk(202)
                .json();

        assertThat(batch.has("dag_id")).isFalse();
        assertThat(read(batch.at("/task_ids/0").asString()).path("status").asString())
                .isEqualTo("WAITING");
        assertThat(read(batch.at("/task_ids/1").asString()).path("status").asString())
                .isEqualTo("QUEUED");
    }

    @Test
    void tasksOfADagAndOfABatchThatIsOneMayDependOnEarlierTasks() {
        String first = task("");
        JsonNode dag = post(
                        "/v1/dags",
                        "{'defaults':{'task_type':'dep'},'tasks':[{'key':'a'},{'key':'b','depends_on':['a'],'dependencies':['%s']},{'key':'c','dependencies':['%s']}]}",
                        first,
                        first)
                .isOk(202)
                .json();
        JsonNode batch = post(
                        "/v1/tasks/batch",
                        "{'tasks':[{'key':'a','task_type':'dep','dependencies':['%s']},{'task_type':'dep','depends_on':['a']}]}",
                        dag.at("/tasks/b").asString())
                .isOk(202)
                .json();

        assertThat(read(dag.at("/tasks/a").asString()).path("status").asString())
                .isEqualTo("QUEUED");
        JsonNode b = read(dag.at("/tasks/b").asString());
        assertThat(b.path("status").asString()).isEqualTo("WAITING");
        assertThat(b.at("/dependencies/0").asString()).isEqualTo(first);
        assertThat(b.at("/depends_on/0").asString()).isEqualTo("a");
        assertThat(read(dag.at("/tasks/c").asString()).path("status").asString())
                .isEqualTo("WAITING");
        assertThat(batch.has("dag_id")).isTrue();
        assertThat(read(batch.at("/task_ids/0").asString()).path("status").asString())
                .isEqualTo("WAITING");
    }

    @Test
    void defaultsGiveDependenciesToTasksThatHaveNone() {
        String first = task("");
        String second = task("");
        JsonNode dag = post(
                        "/v1/dags",
                        "{'defaults':{'task_type':'dep','dependencies':['%s']},'tasks':[{'key':'a'},{'key':'b','dependencies':['%s']},{'key':'c','dependencies':[]}]}",
                        first,
                        second)
                .isOk(202)
                .json();

        assertThat(read(dag.at("/tasks/a").asString()).at("/dependencies/0").asString())
                .isEqualTo(first);
        assertThat(read(dag.at("/tasks/b").asString()).path("dependencies").toString())
                .isEqualTo("[\"" + second + "\"]");
        assertThat(read(dag.at("/tasks/c").asString()).path("status").asString())
                .isEqualTo("QUEUED");
    }

    @Test
    void anUnknownDependencyIsPointedAtWhereverItStands() {
        String mine = task("");
        String acmes = API.post("/v1/tasks", "{\"task_type\":\"dep\"}", "Orchestrator-Tenant", "acme")
                .json()
                .path("task_id")
                .asString();
        for (String unknown : new String[] {UUID.randomUUID().toString(), acmes}) {
            String list = "['%s','%s']".formatted(mine, unknown);
            post("/v1/tasks", "{'task_type':'dep','dependencies':%s}", list)
                    .isProblem(422, "UNKNOWN_DEPENDENCY")
                    .at("/dependencies/1")
                    .saying(unknown);
            post(
                            "/v1/tasks/batch",
                            "{'tasks':[{'task_type':'none-of-it'},{'task_type':'dep','dependencies':%s}]}",
                            list)
                    .isProblem(422, "UNKNOWN_DEPENDENCY")
                    .at("/tasks/1/dependencies/1");
            for (String route : new String[] {"/v1/dags", "/v1/dags/validate"}) {
                post(route, "{'tasks':[{'key':'a','task_type':'dep','dependencies':%s}]}", list)
                        .isProblem(422, "UNKNOWN_DEPENDENCY")
                        .at("/tasks/0/dependencies/1");
            }
            Answer fromDefaults = post(
                            "/v1/dags",
                            "{'defaults':{'task_type':'dep','dependencies':%s},'tasks':[{'key':'a'},{'key':'b'}]}",
                            list)
                    .isProblem(422, "UNKNOWN_DEPENDENCY")
                    .at("/defaults/dependencies/1");
            assertThat(fromDefaults.json().path("errors").size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5 | 400 | INVALID_TYPE | /dependencies",
                "[5] | 400 | INVALID_TYPE | /dependencies/0",
                "['1-1-1-1-1'] | 422 | INVALID_VALUE | /dependencies/0",
                "[''] | 422 | INVALID_VALUE | /dependencies/0",
            })
    void aMalformedListIsPointedAt(String list, int status, String code, String pointer) {
        post("/v1/tasks", "{'task_type':'dep','dependencies':%s}", list)
                .isProblem(status, code)
                .at(pointer);
        post("/v1/dags", "{'tasks':[{'key':'a','task_type':'dep','dependencies':%s}]}", list)
                .isProblem(status, code)
                .at("/tasks/0" + pointer);
    }

    @Test
    void aTaskHasNoMoreThanAThousandDependencies() {
        post("/v1/tasks", "{'task_type':'dep','dependencies':[%s]}", ids(1_001))
                .isProblem(422, "TOO_MANY_DEPENDENCIES")
                .at("/dependencies")
                .saying("1,000");
        post("/v1/tasks", "{'task_type':'dep','dependencies':[%s]}", ids(1_000)).isProblem(422, "UNKNOWN_DEPENDENCY");
    }

    @Test
    void aSubmissionsDependenciesAreBoundedTogether() {
        String tasks = IntStream.range(0, 51)
                .mapToObj(n -> "{'key':'k%d'}".formatted(n))
                .collect(Collectors.joining(","));
        post("/v1/dags", "{'defaults':{'task_type':'dep','dependencies':[%s]},'tasks':[%s]}", ids(1_000), tasks)
                .isProblem(422, "TOO_MANY_DEPENDENCIES")
                .at("/tasks");
    }

    @Test
    void manyDependenciesAreAcceptedWithinSeconds() {
        String batch =
                IntStream.range(0, 1_000).mapToObj(n -> "{'task_type':'dep'}").collect(Collectors.joining(","));
        String parents = post("/v1/tasks/batch", "{'tasks':[%s]}", batch)
                .json()
                .path("task_ids")
                .toString();
        String tasks = IntStream.range(0, 50)
                .mapToObj(n -> "{'key':'k%d'}".formatted(n))
                .collect(Collectors.joining(","));

        post("/v1/dags", "{'defaults':{'task_type':'dep','dependencies':%s},'tasks':[%s]}", parents, tasks)
                .isOk(202);
    }

    private static String ids(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> "'018f3f3e-0000-7000-8000-%012x'".formatted(n))
                .collect(Collectors.joining(","));
    }

    private static String task(String more) {
        return post("/v1/tasks", "{'task_type':'dep'%s}", more)
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
    }

    private static JsonNode read(String taskId) {
        return API.get("/v1/tasks/" + taskId).isOk(200).json();
    }

    /** Fills in the values where the JSON has %s, in order; its quotes are single ones. */
    private static Answer post(String path, String json, String... values) {
        String filled = json;
        for (String value : values) {
            filled = filled.replaceFirst("%s", value);
        }
        return API.post(path, filled.replace('\'', '"'));
    }
}
