package io.agentorchestrator.api.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.TestApi;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every task that waits says what for. Agents are known a second later. */
class WaitingIT {
    private static final TestApi API = TestApi.shared();

    @BeforeAll
    static void aWorkerIsAlive() {
        API.database()
                .client()
                .sql("insert into worker values ('waits-worker', now() + interval '1 hour')")
                .update();
    }

    @Test
    void nobodyServesItsType() {
        agent("waits-other", "waits.served", 1);
        String task = submit("waits.unserved");

        awaitDetail(task, "types that are served: ");
        assertThat(reason(task)).isEqualTo("NO_AGENT");
        assertThat(detail(task)).contains("no live agent serves the type 'waits.unserved'");
        assertThat(waiting(task).path("position").asInt()).isEqualTo(1);
        assertThat(waiting(submit("waits.unserved")).path("position").asInt()).isEqualTo(2);
    }

    @Test
    void whoServesItDrainsOrIsSilent() {
        agent("waits-drains", "waits.drained", 1);
        agent("waits-silent", "waits.drained", 1);
        sql("update agent set state = 'DRAINING' where agent_id = 'waits-drains'");
        sql("update agent set last_heartbeat_at = now() - interval '1 minute' where agent_id = 'waits-silent'");
        String task = submit("waits.drained");

        awaitDetail(task, "waits-drains");
        assertThat(reason(task)).isEqualTo("NO_AGENT");
        assertThat(detail(task)).contains("agent waits-drains is draining", "agent waits-silent is silent");
    }

    @Test
    void whoDrainsTheAgentThatServesItIsNamed() {
        agent("waits-for-resume", "waits.for-resume", 1);
        sql("insert into agent_drain (agent_id, requested_at, requested_by) values ('waits-for-resume', now(), 'ann')");
        sql("update agent set state = 'DRAINING' where agent_id = 'waits-for-resume'");
        String task = submit("waits.for-resume");

        awaitDetail(task, "waits-for-resume");
        assertThat(detail(task)).contains("agent waits-for-resume is drained by ann, until it is resumed");
    }

    @Test
    void agentsOfOthersServeNobodyElse() {
        agent("waits-of-others", "waits.of-others", 1);
        sql("update agent set serves_tenants = array['acme'] where agent_id = 'waits-of-others'");
        String task = submit("waits.of-others");

        await().untilAsserted(() -> assertThat(reason(task)).isEqualTo("NO_AGENT"));
        assertThat(detail(task)).doesNotContain("waits-of-others");
    }

    @Test
    void agentsOfItsTypeDoNotMeetItsSelector() {
        agent("waits-elsewhere", "waits.selector", 1);
        sql("update agent set region = 'us', version = '1.1' where agent_id = 'waits-elsewhere'");
        String body = "{\"task_type\": \"waits.selector\", \"selector\": {\"region\": \"eu\", \"version\": \">=1.2\"}}";
        String task =
                API.post("/v1/tasks", body).isOk(202).json().path("task_id").asString();

        awaitDetail(task, "waits-elsewhere (region us, version 1.1)");
        assertThat(reason(task)).isEqualTo("NO_AGENT");
        assertThat(detail(task))
                .contains("no live agent serves the type 'waits.selector' with region 'eu', version '>=1.2'");
        assertThat(API.post("/v1/tasks", body)
                        .isOk(202)
                        .json()
                        .at("/warnings/0/message")
                        .asString())
                .contains("with region 'eu', version '>=1.2'", "the task waits until one does");
        assertThat(API.get("/v1/tasks/" + task)
                        .isOk(200)
                        .json()
                        .at("/selector/region")
                        .asString())
                .isEqualTo("eu");
    }

    @Test
    void noWorkerCanSpeakToWhoServesIt() {
        agent("waits-refused", "waits.refused", 1);
        String task = submit("waits.refused");
        sql("insert into worker values ('waits-gone', now() - interval '1 hour')");
        sql("""
            insert into agent_connection values
              ('waits-refused', 'waits-worker', 'REFUSED', now(), 'nobody listens' || chr(8238)),
              ('waits-refused', 'waits-gone', 'CONNECTED', now(), '')
            """);
        awaitDetail(task, "0 of 1 slots");
        assertThat(reason(task)).as("it registered a moment ago").isEqualTo("QUEUED");

        sql("update agent set registered_at = now() - interval '1 minute' where agent_id = 'waits-refused'");
        awaitDetail(task, "agent waits-refused cannot be spoken to (REFUSED: nobody listens\\u202e)");
        assertThat(reason(task)).isEqualTo("AGENT_UNREACHABLE");
        assertThat(API.post("/v1/tasks", "{\"task_type\": \"waits.refused\"}")
                        .isOk(202)
                        .json()
                        .at("/warnings/0/message")
                        .asString())
                .contains(
                        "workers can speak to no agent that serves the type 'waits.refused'",
                        "(REFUSED: nobody listens\\u202e)");

        agent("waits-reached", "waits.refused", 2);
        awaitDetail(task, "0 of 2 slots are busy at the one agent");
        assertThat(reason(task)).isEqualTo("QUEUED");
    }

    @Test
    void noWorkerIsAlive() {
        agent("waits-workless", "waits.workless", 4);
        String task = submit("waits.workless");
        await().untilAsserted(() -> assertThat(reason(task)).isEqualTo("QUEUED"));
        sql("update worker set seen_at = seen_at - interval '2 hours'");
        try {
            await().untilAsserted(() -> assertThat(reason(task)).isEqualTo("NO_WORKER"));
            assertThat(detail(task)).contains("for more than 12 s");
        } finally {
            sql("update worker set seen_at = seen_at + interval '2 hours'");
        }
    }

    @Test
    void theBreakersOfAllItsAgentsAreOpen() {
        agent("waits-broken", "waits.broken", 4);
        sql(
                "update agent set breaker_phase = 'OPEN', breaker_opened_at = '2030-01-01T00:00:00Z' where agent_id = 'waits-broken'");
        String task = submit("waits.broken");

        await().untilAsserted(() -> assertThat(reason(task)).isEqualTo("BREAKER_OPEN"));
        assertThat(detail(task)).contains("agent waits-broken is open until 2030-01-01T00:01:00Z");
    }

    @Test
    void everySlotIsBusy() {
        agent("waits-full", "waits.full", 2);
        for (int i = 0; i < 3; i++) {
            sql(
                    "update task_state set status = 'RUNNING', agent_id = 'waits-full', started_at = now() where task_id = '%s'"
                            .formatted(submit("waits.full")));
        }
        String task = submit("waits.full");

        await().untilAsserted(() -> assertThat(reason(task)).isEqualTo("AGENTS_FULL"));
        assertThat(detail(task)).contains("2 of 2 slots are busy at the one agent that serves the type 'waits.full'");
    }

    @Test
    void thereIsRoomAndItsTurnComes() {
        agent("waits-free", "waits.free", 2);
        String task = submit("waits.free");

        await().untilAsserted(() -> assertThat(reason(task)).isEqualTo("QUEUED"));
        assertThat(detail(task)).contains("0 of 2 slots");
        sql("update task_state set status = 'RUNNING' where task_id = '%s'".formatted(task));
        assertThat(API.get("/v1/tasks/" + task).json().has("waiting")).isFalse();
        sql("update task_state set status = 'COMPLETED' where task_id = '%s'".formatted(task));
        assertThat(API.get("/v1/tasks/" + task).json().has("waiting")).isFalse();
    }

    @Test
    void tasksOfADagNameWhatTheyWaitFor() {
        String outside = submit("waits.dag");
        JsonNode dag = API.post("/v1/dags", """
                {"defaults": {"task_type": "waits.dag"}, "tasks": [
                  {"key": "load.orders"}, {"key": "b", "depends_on": ["load.orders"]},
                  {"key": "c", "depends_on": ["b"]}, {"key": "d", "dependencies": ["%s"]}]}
                """.formatted(outside)).isOk(202).json();
        String b = dag.path("tasks").path("b").asString();

        assertThat(reason(b)).isEqualTo("DEPENDENCIES");
        assertThat(detail(b)).isEqualTo("it depends on 'load.orders' (QUEUED)");
        assertThat(detail(dag.path("tasks").path("d").asString()))
                .isEqualTo("it depends on %s (QUEUED)".formatted(outside));
        JsonNode tasks =
                API.get("/v1/dags/" + dag.path("dag_id").asString()).json().path("tasks");
        assertThat(tasks.at("/1/waiting/detail").asString()).isEqualTo("it depends on 'load.orders' (QUEUED)");
        assertThat(tasks.at("/2/waiting/detail").asString()).isEqualTo("it depends on 'b' (WAITING)");
        assertThat(tasks.at("/3/waiting/detail").asString()).isEqualTo("it depends on %s (QUEUED)".formatted(outside));
        assertThat(tasks.at("/0/waiting/reason").asString()).isEqualTo("NO_AGENT");

        sql("update run set paused = true where run_id = '%s'"
                .formatted(dag.path("dag_id").asString()));
        assertThat(reason(b)).isEqualTo("PAUSED");
        assertThat(API.get("/v1/dags/" + dag.path("dag_id").asString())
                        .json()
                        .at("/tasks/1/waiting/reason")
                        .asString())
                .isEqualTo("PAUSED");
    }

    @Test
    void aFailedAttemptTellsWhenTheNextBegins() {
        JsonNode dag = API.post("/v1/dags", """
                {"tasks": [{"key": "a", "task_type": "waits.retried",
                  "retry": {"max_attempts": 4, "initial_interval": "PT10M", "backoff_coefficient": 2, "max_interval": "PT1H"}}]}
                """).isOk(202).json();
        String task = dag.path("tasks").path("a").asString();
        Instant failedAt = Instant.parse("2030-01-01T00:00:00Z");
        sql("update task_state set status = 'BACKOFF', attempt = 2, error_code = 'X' where task_id = '%s'"
                .formatted(task));
        sql("""
            insert into task_attempt (task_id, attempt, tenant, run_number, epoch, ended_at, outcome, error_code, retryable)
            values ('%s', 2, 'default', 1, 2, '2030-01-01T00:00:00Z', 'FAILED', 'X' || chr(27) || '[2J', true)
            """.formatted(task));

        assertThat(reason(task)).isEqualTo("RETRY_AT");
        assertThat(detail(task)).startsWith("attempt 3 of 4 begins at ").endsWith("attempt 2 failed with X\\u{1b}[2J");
        Matcher time = Pattern.compile("at ([^;]*);").matcher(detail(task));
        assertThat(time.find()).isTrue();
        assertThat(Duration.between(failedAt, Instant.parse(time.group(1))))
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(20));
        assertThat(API.get("/v1/dags/" + dag.path("dag_id").asString())
                        .json()
                        .at("/tasks/0/waiting/detail")
                        .asString())
                .isEqualTo(detail(task));
    }

    @Test
    void aReleasedTaskWaitsForItsRunToStart() {
        JsonNode dag = API.post("/v1/dags", "{\"tasks\": [{\"key\": \"a\", \"task_type\": \"waits.started\"}]}")
                .isOk(202)
                .json();
        String task = dag.path("tasks").path("a").asString();
        sql("update run set status = 'STARTING' where run_id = '%s'"
                .formatted(dag.path("dag_id").asString()));
        sql("update task_state set status = 'RELEASED' where task_id = '%s'".formatted(task));

        assertThat(reason(task)).isEqualTo("PENDING_START");
    }

    private static void agent(String id, String type, int slots) {
        API.post("/v1/agents", """
                        {"agent_id": "%s", "agent_types": ["%s"], "address": "127.0.0.1:1", "max_concurrent_tasks": %d}
                        """.formatted(id, type, slots)).isOk(201);
        sql("update agent set last_heartbeat_at = now() + interval '1 hour' where agent_id = '%s'".formatted(id));
    }

    private static String submit(String type) {
        return API.post("/v1/tasks", "{\"task_type\": \"%s\"}".formatted(type))
                .isOk(202)
                .json()
                .path("task_id")
                .asString();
    }

    private static void sql(String sql) {
        API.database().client().sql(sql).update();
    }

    private static JsonNode waiting(String task) {
        return API.get("/v1/tasks/" + UUID.fromString(task)).isOk(200).json().path("waiting");
    }

    private static String reason(String task) {
        return waiting(task).path("reason").asString("");
    }

    private static String detail(String task) {
        return waiting(task).path("detail").asString("");
    }

    private static void awaitDetail(String task, String words) {
        await().untilAsserted(() -> assertThat(detail(task)).contains(words));
    }
}
