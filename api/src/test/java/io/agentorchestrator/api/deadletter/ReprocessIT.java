package io.agentorchestrator.api.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.Ends;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ReprocessIT {
    private static final TestApi API = TestApi.shared();
    private static final Ends ENDS = new Ends(API.database());
    private static final String TENANT = "Orchestrator-Tenant";
    private static final String BULK = "/v1/dead-letters/reprocess";

    @Test
    void aNewTaskIsMadeOfTheOldOneAndEachNamesTheOther() {
        String old = task("copy", "{'task_type':'dead','priority':'LOW','payload':{'n':1},'labels':{'a':'b'}}");
        String entry = ENDS.fail(old, "BROKEN");

        Answer answer = reprocess("copy", entry, "{}").isOk(202);

        String made = answer.json().path("task_id").asString();
        assertThat(answer.header("Location")).isEqualTo("/v1/tasks/" + made);
        assertThat(answer.json().path("entry_id").asString()).isEqualTo(entry);
        assertThat(answer.json().has("dag_id")).isFalse();
        JsonNode task = get("copy", "/v1/tasks/" + made);
        assertThat(task.path("status").asString()).isEqualTo("QUEUED");
        assertThat(task.path("attempt").asInt()).isZero();
        assertThat(task.path("priority").asString()).isEqualTo("LOW");
        assertThat(task.path("payload").toString()).isEqualTo("{\"n\":1}");
        assertThat(task.at("/labels/a").asString()).isEqualTo("b");
        assertThat(task.path("reprocessed_from").asString()).isEqualTo(old);
        assertThat(task.has("dead_letter_entry_id")).isFalse();
        JsonNode before = get("copy", "/v1/tasks/" + old);
        assertThat(before.path("reprocessed_as").asString()).isEqualTo(made);
        assertThat(before.path("dead_letter_entry_id").asString()).isEqualTo(entry);
        JsonNode letter = get("copy", "/v1/dead-letters/" + entry);
        assertThat(letter.path("state").asString()).isEqualTo("REPROCESSED");
        assertThat(letter.path("reprocessed_as").asString()).isEqualTo(made);
        assertThat(letter.has("left_at")).isTrue();
    }

    @Test
    void fiftyRequestsAtOnceMakeOneTaskAndAreAnsweredByIt() {
        String entry = ENDS.fail(task("fifty", "{'task_type':'dead'}"), "BROKEN");

        List<Answer> answers = atOnce(50, n -> reprocess("fifty", entry, "{}", "Idempotency-Key", "key-" + n));

        assertThat(answers)
                .allSatisfy(answer -> answer.isOk(202))
                .extracting(Answer::text)
                .containsOnly(answers.getFirst().text());
        assertThat(tasks("fifty")).isEqualTo(2);
    }

    @Test
    void aThousandEntriesInBulkGiveAThousandNewTasksOnce() {
        List<String> failed = failed("bulk", 1_000);

        JsonNode answer = API.post(BULK, "{}", TENANT, "bulk").isOk(202).json();

        assertThat(answer.path("count").asInt()).isEqualTo(1_000);
        assertThat(answer.path("skipped").size()).isZero();
        assertThat(answer.path("tasks")
                        .valueStream()
                        .map(task -> task.path("task_id").asString())
                        .collect(Collectors.toSet()))
                .hasSize(1_000)
                .doesNotContainAnyElementsOf(failed);
        assertThat(tasks("bulk")).isEqualTo(2_000);
        JsonNode again = API.post(BULK, "{}", TENANT, "bulk").isOk(202).json();
        assertThat(again.path("count").asInt()).isZero();
        assertThat(again.path("tasks").size()).isZero();
        assertThat(tasks("bulk")).isEqualTo(2_000);
    }

    @Test
    void callsAtOnceShareTheEntriesAndTakeNoneTwice() {
        failed("sharing", 1_000);

        List<Answer> answers = atOnce(8, n -> API.post(BULK, "{\"limit\":400}", TENANT, "sharing"));

        List<String> entries = answers.stream()
                .map(answer -> answer.isOk(202).json())
                .flatMap(answer -> answer.path("tasks")
                        .valueStream()
                        .map(task -> task.path("entry_id").asString()))
                .toList();
        int left = API.post(BULK, "{}", TENANT, "sharing").json().path("count").asInt();
        assertThat(entries).doesNotHaveDuplicates();
        assertThat(entries.size() + left).isEqualTo(1_000);
        assertThat(tasks("sharing")).isEqualTo(2_000);
    }

    @Test
    void bulkTakesTheOldestThatMatchAndNamesThoseThatCannotStandAlone() {
        ENDS.fail(task("narrow", "{'task_type':'other'}"), "BROKEN");
        ENDS.fail(task("narrow", "{'task_type':'dead'}"), "TIMEOUT");
        JsonNode dag = dag("narrow");
        String withTemplates = ENDS.fail(dag.at("/tasks/b").asString(), "BROKEN");
        String first = ENDS.fail(task("narrow", "{'task_type':'dead'}"), "BROKEN");
        String second = ENDS.fail(task("narrow", "{'task_type':'dead'}"), "BROKEN");
        String third = ENDS.fail(task("narrow", "{'task_type':'dead'}"), "BROKEN");

        String body = "{\"task_type\":\"dead\",\"error_code\":\"BROKEN\",\"limit\":2}";
        JsonNode answer = API.post(BULK, body, TENANT, "narrow").isOk(202).json();

        assertThat(answer.path("count").asInt()).isEqualTo(2);
        assertThat(answer.path("tasks")
                        .valueStream()
                        .map(task -> task.path("entry_id").asString()))
                .containsExactly(first, second);
        assertThat(answer.path("skipped").size()).isEqualTo(1);
        assertThat(answer.at("/skipped/0/entry_id").asString()).isEqualTo(withTemplates);
        assertThat(answer.at("/skipped/0/code").asString()).isEqualTo("NEEDS_ITS_DAG");
        assertThat(answer.at("/skipped/0/message").asString()).isNotEmpty();
        for (String untouched : new String[] {withTemplates, third}) {
            assertThat(get("narrow", "/v1/dead-letters/" + untouched)
                            .path("state")
                            .asString())
                    .isEqualTo("OPEN");
        }
    }

    @Test
    void aDagsTaskThatRefersToOthersGoesOnInItsDagOnly() {
        JsonNode dag = dag("resume");
        String id = dag.path("dag_id").asString();
        ENDS.end(dag.at("/tasks/a").asString(), "COMPLETED");
        ENDS.end(dag.at("/tasks/c").asString(), "CANCELLED");
        String entry = ENDS.fail(dag.at("/tasks/b").asString(), "BROKEN");

        assertThat(reprocess("resume", entry, "{}")
                        .isProblem(409, "NEEDS_ITS_DAG")
                        .json()
                        .path("detail")
                        .asString())
                .contains("resume_dag");
        reprocess("resume", entry, "{\"resume_dag\":true}").isProblem(409, "DAG_NOT_ENDED");
        ENDS.endDag(id, "FAILED");
        JsonNode answer =
                reprocess("resume", entry, "{\"resume_dag\":true}").isOk(202).json();

        assertThat(answer.path("dag_id").asString()).isEqualTo(id);
        assertThat(answer.path("run_number").asInt()).isEqualTo(2);
        JsonNode view = get("resume", "/v1/dags/" + id);
        assertThat(view.at("/tasks/1/task_id")).isEqualTo(answer.path("task_id"));
        assertThat(view.path("tasks")
                        .valueStream()
                        .map(task -> task.path("status").asString()))
                .containsExactly("COMPLETED", "QUEUED", "WAITING");
        assertThat(reprocess("resume", entry, "{\"resume_dag\":true}").isOk(202).json())
                .isEqualTo(answer);
    }

    @Test
    void aStandaloneTaskHasNoDagToResume() {
        String entry = ENDS.fail(task("alone", "{'task_type':'dead'}"), "BROKEN");

        reprocess("alone", entry, "{\"resume_dag\":true}").isProblem(409, "NOT_IN_A_DAG");
        assertThat(get("alone", "/v1/dead-letters/" + entry).path("state").asString())
                .isEqualTo("OPEN");
    }

    @Test
    void aTaskThatRanAgainWithItsDagIsNotReprocessed() {
        JsonNode dag = dag("rerun");
        String id = dag.path("dag_id").asString();
        ENDS.end(dag.at("/tasks/a").asString(), "COMPLETED");
        ENDS.end(dag.at("/tasks/c").asString(), "CANCELLED");
        String entry = ENDS.fail(dag.at("/tasks/b").asString(), "BROKEN");
        ENDS.endDag(id, "FAILED");
        API.post("/v1/dags/" + id + "/retry", "{}", TENANT, "rerun").isOk(202);

        reprocess("rerun", entry, "{}").isProblem(409, "DEAD_LETTER_RERUN");
        reprocess("rerun", entry, "{\"resume_dag\":true}").isProblem(409, "DAG_NOT_ENDED");
        ENDS.endDag(id, "COMPLETED");
        reprocess("rerun", entry, "{\"resume_dag\":true}").isProblem(409, "DEAD_LETTER_RERUN");
        assertThat(get("rerun", "/v1/dead-letters/" + entry).path("state").asString())
                .isEqualTo("RERUN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'resume':true} | 400 | UNKNOWN_FIELD | /resume",
                "{'resume_dag':'yes'} | 400 | INVALID_TYPE | /resume_dag",
                "[] | 400 | INVALID_TYPE | ''",
            })
    void aBadBodyIsPointedAt(String body, int status, String code, String pointer) {
        reprocess("bad", "1-0", body.replace('\'', '"'))
                .isProblem(status, code)
                .at(pointer.equals("''") ? "" : pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'x'} | 400 | UNKNOWN_FIELD | /type",
                "{'task_type':'No Type'} | 422 | INVALID_VALUE | /task_type",
                "{'error_code':'lower'} | 422 | INVALID_VALUE | /error_code",
                "{'limit':0} | 422 | OUT_OF_RANGE | /limit",
                "{'limit':10001} | 422 | OUT_OF_RANGE | /limit",
                "{'limit':'all'} | 400 | INVALID_TYPE | /limit",
            })
    void aBadFilterOfABulkIsPointedAt(String body, int status, String code, String pointer) {
        API.post(BULK, body.replace('\'', '"'), TENANT, "bad")
                .isProblem(status, code)
                .at(pointer);
    }

    @Test
    void manyAreDeletedByFilterAndTheAnswerCounts() {
        String other = ENDS.fail(task("clearing", "{'task_type':'other'}"), "BROKEN");
        failed("clearing", 3);

        JsonNode some = delete("clearing", "?state=OPEN&task_type=dead&error_code=BROKEN&limit=2");
        JsonNode rest = delete("clearing", "?state=OPEN&task_type=dead");

        assertThat(some.toString()).isEqualTo("{\"count\":2,\"more\":true}");
        assertThat(rest.toString()).isEqualTo("{\"count\":1,\"more\":false}");
        assertThat(get("clearing", "/v1/dead-letters").findValuesAsString("entry_id"))
                .containsExactly(other);
    }

    @ParameterizedTest
    @CsvSource({"'', state=OPEN", "?task_type=dead, state=OPEN", "?state=ALL, OPEN", "?state=OPEN&limit=10001, 1 to"})
    void nobodyDeletesAllByAccident(String query, String told) {
        String entry = ENDS.fail(task("careful", "{'task_type':'dead'}"), "BROKEN");

        assertThat(API.delete("/v1/dead-letters" + query, TENANT, "careful")
                        .isProblem(400, "INVALID_PARAMETER")
                        .json()
                        .path("detail")
                        .asString())
                .contains(told);

        assertThat(get("careful", "/v1/dead-letters/" + entry).path("state").asString())
                .isEqualTo("OPEN");
    }

    private static JsonNode delete(String tenant, String query) {
        return API.delete("/v1/dead-letters" + query, TENANT, tenant).isOk(200).json();
    }

    @Test
    void bodiesAreNotNeededAndBulkTakesNoIdempotencyKey() {
        String entry = ENDS.fail(task("bare", "{'task_type':'dead'}"), "BROKEN");

        API.send("POST", "/v1/dead-letters/" + entry + "/reprocess", BodyPublishers.noBody(), TENANT, "bare")
                .isOk(202);
        API.send("POST", BULK, BodyPublishers.noBody(), TENANT, "bare").isOk(202);
        API.post(BULK, "{}", "Idempotency-Key", "k").isProblem(400, "INVALID_HEADER");
    }

    private static List<String> failed(String tenant, int count) {
        String body = IntStream.range(0, count)
                .mapToObj(n -> "{\"task_type\":\"dead\",\"payload\":{\"n\":" + n + "}}")
                .collect(Collectors.joining(",", "{\"tasks\":[", "]}"));
        List<String> ids = API.post("/v1/tasks/batch", body, TENANT, tenant)
                .isOk(202)
                .json()
                .path("task_ids")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
        ENDS.fail(ids, "BROKEN");
        return ids;
    }

    private static List<Answer> atOnce(int count, IntFunction<Answer> request) {
        try (ExecutorService clients = Executors.newFixedThreadPool(count)) {
            List<CompletableFuture<Answer>> answers = IntStream.range(0, count)
                    .mapToObj(n -> CompletableFuture.supplyAsync(() -> request.apply(n), clients))
                    .toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private static Answer reprocess(String tenant, String entry, String body, String... headers) {
        String[] all = headers.length == 0
                ? new String[] {TENANT, tenant}
                : new String[] {TENANT, tenant, headers[0], headers[1]};
        return API.post("/v1/dead-letters/" + entry + "/reprocess", body, all);
    }

    private static String task(String tenant, String json) {
        return API.post("/v1/tasks", json.replace('\'', '"'), TENANT, tenant)
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
    }

    /** a ← b ← c, of which b refers to a's result. */
    private static JsonNode dag(String tenant) {
        return API.post("/v1/dags", """
                        {"defaults": {"task_type": "dead"}, "tasks": [{"key": "a"},
                         {"key": "b", "depends_on": ["a"], "payload": {"x": "${tasks.a.result}"}},
                         {"key": "c", "depends_on": ["b"]}]}
                        """, TENANT, tenant).isOk(202).json();
    }

    private static JsonNode get(String tenant, String path) {
        return API.get(path, TENANT, tenant).isOk(200).json();
    }

    private static int tasks(String tenant) {
        return API.database()
                .client()
                .sql("select count(*) from task where tenant = ?")
                .param(tenant)
                .query(Integer.class)
                .single();
    }
}
