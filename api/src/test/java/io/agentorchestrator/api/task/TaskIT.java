package io.agentorchestrator.api.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TaskIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void aTaskReadsAsItWasSubmittedWithItsDefaults() {
        Answer accepted = API.post("/v1/tasks", """
                {"task_type": "reads.as-submitted", "payload": {"n": 1.10, "big": 12345678901234567890, "text": "${FOO} ü"}}
                """).isOk(202);
        String id = accepted.json().path("task_id").asString();
        assertThat(accepted.json().path("status").asString()).isEqualTo("QUEUED");
        assertThat(accepted.header("Location")).isEqualTo("/v1/tasks/" + id);

        Answer read = API.get("/v1/tasks/" + id).isOk(200);
        JsonNode task = read.json();
        assertThat(read.text()).contains("{\"n\":1.10,\"big\":12345678901234567890,\"text\":\"${FOO} ü\"}");
        assertThat(task.path("task_id").asString()).isEqualTo(id);
        assertThat(task.path("task_type").asString()).isEqualTo("reads.as-submitted");
        assertThat(task.path("status").asString()).isEqualTo("QUEUED");
        assertThat(task.path("priority").asString()).isEqualTo("NORMAL");
        assertThat(task.path("estimated_complexity").asDouble()).isEqualTo(1.0);
        assertThat(task.path("timeout").asString()).isEqualTo("PT10M");
        assertThat(task.path("retry").path("max_attempts").asInt()).isEqualTo(3);
        assertThat(task.path("retry").path("initial_interval").asString()).isEqualTo("PT1S");
        assertThat(task.path("retry").path("backoff_coefficient").asDouble()).isEqualTo(2.0);
        assertThat(task.path("retry").path("max_interval").asString()).isEqualTo("PT1M");
        assertThat(task.path("labels").isObject()).isTrue();
        assertThat(task.path("attempts").size()).isZero();
        assertThat(task.path("cost").path("actual").asInt()).isZero();
        assertThat(task.has("result")).isFalse();
        assertThat(task.has("dag_id")).isFalse();
        Instant created = Instant.parse(task.path("created_at").asString());
        assertThat(created)
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
        assertThat(task.path("queued_at").asString())
                .isEqualTo(task.path("created_at").asString());
    }

    @Test
    void everyFieldIsKept() {
        String id = submit("""
                {"task_type": "kept", "priority": "CRITICAL", "estimated_complexity": 0.1, "timeout": "PT1M30S",
                 "retry": {"max_attempts": 7, "initial_interval": "PT2M", "backoff_coefficient": 1.5,
                           "non_retryable_codes": ["BAD_INPUT", "GONE"]},
                 "labels": {"team": "a", "env/stage": "x=y"}}
                """);

        JsonNode task = API.get("/v1/tasks/" + id).json();
        assertThat(task.path("priority").asString()).isEqualTo("CRITICAL");
        assertThat(task.path("estimated_complexity").asDouble()).isEqualTo(0.1);
        assertThat(task.path("timeout").asString()).isEqualTo("PT1M30S");
        assertThat(task.path("retry").toString())
                .isEqualTo("{\"max_attempts\":7,\"initial_interval\":\"PT2M\",\"backoff_coefficient\":1.5,"
                        + "\"max_interval\":\"PT2M\",\"non_retryable_codes\":[\"BAD_INPUT\",\"GONE\"]}");
        assertThat(task.path("labels").path("env/stage").asString()).isEqualTo("x=y");
        assertThat(API.get("/v1/tasks?task_type=kept&label=team=a&label=env/stage=x=y")
                        .json()
                        .path("tasks")
                        .size())
                .isEqualTo(1);
        assertThat(API.get("/v1/tasks?task_type=kept&label=team=b")
                        .json()
                        .path("tasks")
                        .size())
                .isZero();
    }

    @Test
    void aTaskThatRanShowsItsAttemptsItsResultAndItsWorkflow() {
        String id = submit("{\"task_type\": \"ran\"}");
        API.database().client().sql("""
                update task_state set status = 'COMPLETED', run_id = '018f3f3e-0000-7000-8000-000000000000', run_number = 1,
                  task_index = 0, attempt = 2, agent_id = 'agent-1', first_started_at = now(), started_at = now(),
                  ended_at = now() where task_id = ?::uuid
                """).param(id).update();
        API.database().client().sql("""
                insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, started_at, ended_at, outcome,
                  error_code, error_message, result, cost_micro_usd)
                values (?::uuid, 1, 'default', 1, 1, 'agent-1', now(), now(), 'FAILED', 'FLAKY', 'once', null, 250000),
                       (?::uuid, 2, 'default', 1, 2, 'agent-1', now(), now(), 'COMPLETED', null, null, '{"b": 1, "a": [null]}', 50)
                """).param(id).param(id).update();

        JsonNode task = API.get("/v1/tasks/" + id).isOk(200).json();
        assertThat(task.path("status").asString()).isEqualTo("COMPLETED");
        assertThat(task.path("result").toString()).isEqualTo("{\"b\":1,\"a\":[null]}");
        assertThat(task.path("attempts").size()).isEqualTo(2);
        assertThat(task.path("attempts").path(0).path("outcome").asString()).isEqualTo("FAILED");
        assertThat(task.path("attempts").path(0).path("error").path("code").asString())
                .isEqualTo("FLAKY");
        assertThat(task.path("cost").path("actual").asString()).isEqualTo("0.25005");
        assertThat(task.path("workflow").path("url").asString())
                .isEqualTo(
                        "http://temporal.test/namespaces/default/workflows/group-018f3f3e-0000-7000-8000-000000000000-1");
    }

    @Test
    void aTaskThatRunsShowsWhatItsAgentReportsAndWhyItIsThere() {
        String id = submit("{\"task_type\": \"reports\"}");
        API.database().client().sql("""
                update task_state set status = 'RUNNING', run_id = uuidv7(), run_number = 1, task_index = 0, attempt = 2, epoch = 4,
                  agent_id = 'second', placement = 'MOVED_REFUSED', placed_among = 3, placed_used = 2, placed_slots = 10,
                  moved_from = 'first', started_at = now() where task_id = ?::uuid
                """).param(id).update();
        API.database().client().sql("""
                insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, placement, placed_among, placed_used,
                  placed_slots, ended_at, outcome, cost_micro_usd, input_tokens)
                values (?::uuid, 1, 'default', 1, 1, 'first', 'ONLY_AGENT', 1, 12, 10, now(), 'FAILED', 9223372036854775807, 7)
                """).param(id).update();
        API.database().client().sql("""
                insert into late_outcome (task_id, epoch, attempt, tenant, outcome, cost_micro_usd, input_tokens, output_tokens)
                values (?::uuid, 2, 2, 'default', 'FAILED', 3, 0, 0)
                """).param(id).update();
        API.database().client().sql("""
                insert into task_report (task_id, epoch, attempt, tenant, agent_id, fraction, message, cost_micro_usd, input_tokens,
                  output_tokens, reported_at)
                values (?::uuid, 1, 1, 'default', 'first', 0.9, 'of the attempt that ended', 5, 5, 5, now()),
                       (?::uuid, 2, 2, 'default', 'first', 0.9, 'of a dispatch that is over', 2, 0, 0, now()),
                       (?::uuid, 3, 2, 'default', 'first', null, null, 1000, 0, 0, now()),
                       (?::uuid, 4, 2, 'default', 'second', 0.25, E'page 1 of 4 \\x1b[31m', 50, 11, 13, '2026-01-02T03:04:05Z')
                """).params(id, id, id, id).update();

        JsonNode task = API.get("/v1/tasks/" + id).isOk(200).json();

        assertThat(task.path("progress").toString())
                .isEqualTo(
                        "{\"fraction\":0.25,\"message\":\"page 1 of 4 \\u001B[31m\",\"reported_at\":\"2026-01-02T03:04:05Z\"}");
        assertThat(task.at("/attempts/1/usage").toString())
                .isEqualTo("{\"cost_usd\":0.00005,\"input_tokens\":11,\"output_tokens\":13}");
        assertThat(task.at("/attempts/1/placement/reason").asString()).isEqualTo("MOVED_REFUSED");
        assertThat(task.at("/attempts/0/placement/detail").asString())
                .isEqualTo("the only agent that could take it: all 10 slots used, 2 tasks before it");
        assertThat(task.at("/attempts/0/usage/cost_usd").decimalValue()).isEqualTo("9223372036854.775807");
        assertThat(task.at("/cost/actual").decimalValue()).isEqualTo("9223372036854.77686");
        assertThat(task.at("/usage/input_tokens").asInt()).isEqualTo(18);
        assertThat(task.path("placement").toString())
                .isEqualTo(
                        "{\"agent_id\":\"second\",\"reason\":\"MOVED_REFUSED\",\"detail\":\"moved from agent first, which"
                                + " refused it; one of 3 agents that could take it: 2 of 10 slots used\"}");
    }

    @Test
    void tasksAreListedByTheAgentsThatHadThem() {
        String moved = submit("{\"task_type\": \"moved\"}");
        String stayed = submit("{\"task_type\": \"moved\"}");
        API.database().client().sql("""
                update task_state set status = 'RUNNING', agent_id = case task_id when ?::uuid then 'second' else 'first' end
                where task_type = 'moved'
                """).param(moved).update();
        API.database().client().sql("""
                insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, ended_at, outcome)
                values (?::uuid, 1, 'default', 1, 1, 'first', now(), 'FAILED')
                """).param(moved).update();

        assertThat(idsOf("agent_id=first")).containsExactly(stayed, moved);
        assertThat(idsOf("agent_id=first&status=RUNNING&limit=1")).containsExactly(stayed);
        assertThat(idsOf("agent_id=second")).containsExactly(moved);
        assertThat(idsOf("agent_id=third")).isEmpty();
    }

    private static List<String> idsOf(String filters) {
        return API.get("/v1/tasks?" + filters).isOk(200).json().findValuesAsString("task_id");
    }

    @Test
    void releasedTasksReadAsQueued() {
        String id = submit("{\"task_type\": \"released\"}");
        API.database()
                .client()
                .sql("update task_state set status = 'RELEASED' where task_id = ?::uuid")
                .param(id)
                .update();

        assertThat(API.get("/v1/tasks/" + id).json().path("status").asString()).isEqualTo("QUEUED");
        assertThat(API.get("/v1/tasks?task_type=released&status=QUEUED")
                        .json()
                        .path("tasks")
                        .size())
                .isEqualTo(1);
        assertThat(API.get("/v1/tasks?task_type=released&status=RUNNING")
                        .json()
                        .path("tasks")
                        .size())
                .isZero();
    }

    @Test
    void anotherTenantsTaskIsNotFound() {
        String id = API.post("/v1/tasks", "{\"task_type\": \"secret\"}", "Orchestrator-Tenant", "acme")
                .json()
                .path("task_id")
                .asString();

        API.get("/v1/tasks/" + id).isProblem(404, "TASK_NOT_FOUND");
        API.get("/v1/tasks/" + id, "Orchestrator-Tenant", "acme").isOk(200);
        assertThat(API.get("/v1/tasks?task_type=secret").json().path("tasks").size())
                .isZero();
    }

    @Test
    void pagesGoOnWhereTheOneBeforeEndedWhateverArrivesMeanwhile() {
        List<String> submitted = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            submitted.addFirst(submit("{\"task_type\": \"paged\"}"));
        }
        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = API.get("/v1/tasks?task_type=paged&limit=2" + (cursor == null ? "" : "&cursor=" + cursor))
                    .isOk(200)
                    .json();
            page.path("tasks").forEach(task -> listed.add(task.path("task_id").asString()));
            cursor = page.has("next_cursor") ? page.path("next_cursor").asString() : null;
            submit("{\"task_type\": \"paged\"}");
        } while (cursor != null);

        assertThat(listed).isEqualTo(submitted);
    }

    @Test
    void aCursorDoesNotGoOnInAnotherList() {
        submit("{\"task_type\": \"cursor\"}");
        submit("{\"task_type\": \"cursor\"}");
        String cursor = API.get("/v1/tasks?task_type=cursor&limit=1")
                .json()
                .path("next_cursor")
                .asString();

        API.get("/v1/tasks?task_type=other&limit=1&cursor=" + cursor).isProblem(400, "INVALID_PARAMETER");
        API.get("/v1/tasks?task_type=cursor&limit=1&cursor=" + cursor, "Orchestrator-Tenant", "acme")
                .isProblem(400, "INVALID_PARAMETER");
        API.get("/v1/tasks?task_type=cursor&limit=5&cursor=" + cursor).isOk(200);
    }

    @Test
    void aBatchIsAcceptedInOrder() {
        JsonNode accepted = API.post("/v1/tasks/batch", """
                {"tasks": [{"task_type": "batch-a"}, {"task_type": "batch-b", "key": "b", "payload": {"x": "${tasks.b.result}"}}]}
                """).isOk(202).json();

        assertThat(accepted.has("dag_id")).isFalse();
        assertThat(typeOf(accepted.path("task_ids").path(0))).isEqualTo("batch-a");
        assertThat(typeOf(accepted.path("task_ids").path(1))).isEqualTo("batch-b");
    }

    @Test
    void aBatchWithDependenciesFormsADag() {
        JsonNode accepted = API.post("/v1/tasks/batch", """
                {"tasks": [{"task_type": "x", "key": "a"}, {"task_type": "x"}, {"task_type": "x", "depends_on": ["a"]}]}
                """).isOk(202).json();

        JsonNode last = API.get("/v1/tasks/" + accepted.path("task_ids").path(2).asString())
                .json();
        assertThat(last.path("status").asString()).isEqualTo("WAITING");
        assertThat(last.path("depends_on").path(0).asString()).isEqualTo("a");
        assertThat(last.path("dag_id").asString())
                .isEqualTo(accepted.path("dag_id").asString());
        API.get("/v1/dags/" + accepted.path("dag_id").asString()).isOk(200);
    }

    @Test
    void aBadItemOfABatchRefusesAllOfIt() {
        API.post("/v1/tasks/batch", "{\"tasks\": [{\"task_type\": \"none-of-it\"}, {}]}")
                .isProblem(400, "MISSING_FIELD")
                .at("/tasks/1/task_type");
        API.post("/v1/tasks/batch", """
                {"tasks": [{"task_type": "none-of-it", "key": "a"}, {"task_type": "none-of-it", "key": "a"}]}
                """).isProblem(422, "DUPLICATE_KEY").at("/tasks/1/key");
        assertThat(API.get("/v1/tasks?task_type=none-of-it")
                        .json()
                        .path("tasks")
                        .size())
                .isZero();
    }

    @Test
    void theTraceContextIsKeptIfItIsValid() {
        String valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        String traced = API.post(
                        "/v1/tasks", "{\"task_type\": \"traced\"}", "traceparent", valid, "tracestate", "vendor=1")
                .json()
                .path("task_id")
                .asString();
        String untraced = API.post("/v1/tasks", "{\"task_type\": \"traced\"}", "traceparent", "00-0-0-01")
                .json()
                .path("task_id")
                .asString();

        assertThat(traceOf(traced)).isEqualTo(valid + " vendor=1");
        assertThat(traceOf(untraced)).isEqualTo("none none");
    }

    @Test
    void acceptedTasksAreCountedAndTimed() {
        submit("{\"task_type\": \"counted\"}");

        String metrics = API.get("/actuator/prometheus").isOk(200).text();
        assertThat(metrics)
                .contains("tasks_submitted_total ")
                .contains("task_submission_seconds_bucket{le=")
                .contains("hikaricp_connections_active{pool=\"api\"}");
    }

    private static String traceOf(String taskId) {
        return API.database()
                .client()
                .sql(
                        "select coalesce(traceparent, 'none') || ' ' || coalesce(tracestate, 'none') from task where task_id = ?::uuid")
                .param(taskId)
                .query(String.class)
                .single();
    }

    private static String typeOf(JsonNode taskId) {
        return API.get("/v1/tasks/" + taskId.asString())
                .json()
                .path("task_type")
                .asString();
    }

    private static String submit(String json) {
        return API.post("/v1/tasks", json).isOk(202).json().path("task_id").asString();
    }
}
