package io.agentorchestrator.api.shedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.Ends;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.api.waiting.FleetCache;
import io.agentorchestrator.store.setting.LiveSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Counts are made when a test says so. */
class SheddingIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TENANT = "Orchestrator-Tenant";
    private static final String[] COUNT_WHEN_TOLD = {"--orchestrator.shedding.count-interval=PT1H"};

    private final TestApi api = TestApi.start(COUNT_WHEN_TOLD);

    @BeforeEach
    void serve() {
        api.database().client().sql("""
            insert into agent (agent_id, tenant, principal, region, agent_types, pool, address, max_concurrent_tasks,
              cost_factor, credential_salt, state, registered_at, last_heartbeat_at)
            values ('a', 'default', 'ann', 'local', '{served}', 'served', '127.0.0.1:1', 1, 0, '', 'READY', now(),
              now() + interval '1 hour')
            """).update();
        await().atMost(LIMIT)
                .until(() -> api.bean(FleetCache.class)
                        .now()
                        .filter(agents -> agents.isServed("served", "default"))
                        .isPresent());
        count(api);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private void set(String setting, Object value) {
        api.put("/v1/settings/" + setting, "{\"value\":\"%s\"}".formatted(value))
                .isOk(200);
        refresh(api);
    }

    private static void refresh(TestApi api) {
        boolean _ = api.bean(LiveSettings.class).refresh();
        api.bean(CapacityRefresh.class).refresh();
    }

    private static void count(TestApi api) {
        Duration _ = api.bean(OpenTaskCounting.class).count();
    }

    private static Answer submit(TestApi api, String priority, String... headers) {
        return api.post("/v1/tasks", "{\"task_type\":\"served\",\"priority\":\"%s\"}".formatted(priority), headers);
    }

    private Answer batch(int tasks) {
        return api.post(
                "/v1/tasks/batch",
                "{\"tasks\":[" + String.join(",", Collections.nCopies(tasks, "{\"task_type\":\"served\"}")) + "]}");
    }

    private static void assertShed(Answer answer) {
        answer.isProblem(503, "SHED");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 3_600);
    }

    private long stored() {
        return api.database()
                .client()
                .sql("select count(*) from task")
                .query(Long.class)
                .single();
    }

    private double shed(String priority) {
        return api.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("tasks_shed_total") && line.contains("priority=\"" + priority + "\""))
                .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", "")))
                .sum();
    }

    @Test
    void atNinetyPerCentOnlyCriticalTasksAreLetInAndAtAHundredNone() {
        set("max_open_tasks", 10);
        for (int n = 0; n < 9; n++) {
            submit(api, "NORMAL").isOk(202);
        }

        assertShed(submit(api, "HIGH"));
        count(api);
        Answer refused = submit(api, "NORMAL");
        assertShed(refused);
        assertThat(refused.json().path("detail").asString()).contains("max_open_tasks", "CRITICAL");
        submit(api, "CRITICAL").isOk(202);
        assertShed(submit(api, "CRITICAL"));

        assertThat(stored()).isEqualTo(10);
        assertThat(shed("NORMAL")).isEqualTo(1);
        assertThat(shed("HIGH")).isEqualTo(1);
        assertThat(shed("CRITICAL")).isEqualTo(1);
        JsonNode queues = api.get("/v1/queues").isOk(200).json();
        assertThat(queues.path("shedding").asBoolean()).isTrue();
        assertThat(queues.at("/capacity/open_tasks").asInt()).isEqualTo(10);
        assertThat(queues.at("/capacity/max_open_tasks").asInt()).isEqualTo(10);

        api.put("/v1/feature-flags/load_shedding", "{\"enabled\":false}").isOk(200);
        refresh(api);
        submit(api, "LOW").isOk(202);
        assertThat(api.get("/v1/queues").json().path("shedding").asBoolean()).isFalse();
    }

    @Test
    void whatEndsMakesRoom() {
        set("max_open_tasks", 10);
        batch(9).isOk(202);
        assertShed(batch(2));

        api.database().client().sql("""
            update task_state set status = 'COMPLETED'
            where task_id in (select task_id from task_state order by task_id limit 3)
            """).update();
        count(api);

        assertShed(batch(4));
        batch(3).isOk(202);
        assertThat(stored()).isEqualTo(12);
    }

    @Test
    void batchesAndDagsAreLetInAsAWholeOrNotAtAll() {
        set("max_open_tasks", 100);
        set("max_parked_tasks", 10);
        String two = "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"served\"},"
                + "{\"key\":\"b\",\"task_type\":\"served\",\"depends_on\":[\"a\"]}]}";
        String ten = "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"served\"}"
                + ",{\"key\":\"b%d\",\"task_type\":\"served\",\"depends_on\":[\"a\"]}".repeat(10) + "]}";

        Answer never = api.post("/v1/dags", ten.formatted(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        never.isProblem(422, "TOO_MANY_TASKS").at("/tasks");
        assertThat(never.header("Retry-After")).as("no wait helps").isEmpty();
        assertThat(never.json().path("detail").asString()).contains("max_parked_tasks", "split it");
        Answer batch = batch(91);
        batch.isProblem(422, "TOO_MANY_TASKS");
        assertThat(batch.json().path("detail").asString()).contains("max_open_tasks", "split it");
        assertThat(stored()).isZero();
        for (int n = 0; n < 9; n++) {
            api.post("/v1/dags", two).isOk(202);
        }
        assertShed(api.post("/v1/dags", two));
        assertThat(stored()).isEqualTo(18);
        batch(80).isOk(202);
    }

    @Test
    void whatNobodyServesIsParkedUntilSomebodyDoes() {
        set("max_open_tasks", 10);
        set("max_parked_tasks", 2);
        String unserved = "{\"task_type\":\"unserved\"}";

        api.post("/v1/tasks", unserved).isOk(202);
        api.post("/v1/tasks", unserved).isOk(202);
        assertShed(api.post("/v1/tasks", unserved));
        count(api);
        assertShed(api.post("/v1/tasks", unserved));
        submit(api, "NORMAL").isOk(202);

        JsonNode capacity = api.get("/v1/queues").json().path("capacity");
        assertThat(capacity.path("parked_tasks").asInt()).isEqualTo(2);
        assertThat(capacity.path("open_tasks").asInt()).isEqualTo(1);
    }

    @Test
    void whatNoAgentMeetsTheSelectorOfIsParked() {
        set("max_open_tasks", 10);
        set("max_parked_tasks", 2);
        String mars = "{\"task_type\":\"served\",\"selector\":{\"region\":\"mars\"}}";

        api.post("/v1/tasks", mars).isOk(202);
        api.post("/v1/tasks", mars).isOk(202);
        assertShed(api.post("/v1/tasks", mars));
        count(api);
        assertShed(api.post("/v1/tasks", mars));
        submit(api, "NORMAL").isOk(202);

        JsonNode capacity = api.get("/v1/queues").json().path("capacity");
        assertThat(capacity.path("parked_tasks").asInt()).isEqualTo(2);
        assertThat(capacity.path("open_tasks").asInt()).isEqualTo(1);
    }

    @Test
    void aRepeatedRequestIsAnsweredAsBeforeThoughOthersAreShed() {
        set("max_open_tasks", 1);
        Answer first = submit(api, "NORMAL", "Idempotency-Key", "once").isOk(202);

        assertShed(submit(api, "NORMAL", "Idempotency-Key", "twice"));
        assertThat(submit(api, "NORMAL", "Idempotency-Key", "once").isOk(202).text())
                .isEqualTo(first.text());
        assertThat(stored()).isEqualTo(1);
        set("max_open_tasks", 3);
        submit(api, "NORMAL", "Idempotency-Key", "twice").isOk(202);
    }

    @Test
    void aTenantsLimitsLeaveOthersAlone() {
        api.put("/v1/tenants/small", "{\"max_open_tasks\":2}").isOk(200);
        api.put("/v1/tenants/slow", "{\"max_tasks_per_second\":1}").isOk(200);

        submit(api, "NORMAL", TENANT, "small").isOk(202);
        submit(api, "NORMAL", TENANT, "small").isOk(202);
        assertShed(submit(api, "NORMAL", TENANT, "small"));
        assertThat(api.get("/v1/queues", TENANT, "small")
                        .json()
                        .path("shedding")
                        .asBoolean())
                .isTrue();
        assertThat(api.get("/v1/queues").json().path("shedding").asBoolean()).isFalse();
        batch(100).isOk(202);

        String hundred =
                "{\"tasks\":[" + String.join(",", Collections.nCopies(100, "{\"task_type\":\"served\"}")) + "]}";
        api.post("/v1/tasks/batch", hundred, TENANT, "slow").isOk(202);
        Answer limited = submit(api, "CRITICAL", TENANT, "slow").isProblem(429, "RATE_LIMITED");
        assertThat(Integer.parseInt(limited.header("Retry-After"))).isBetween(60, 100);
        assertThat(limited.json().path("detail").asString()).contains("slow", "max_tasks_per_second");

        api.put("/v1/tenants/slow", "{}").isOk(200);
        submit(api, "NORMAL", TENANT, "slow").isOk(202);
    }

    @Test
    void twoApisDivideTheRoomBetweenThem() {
        set("max_open_tasks", 20);
        TestApi other = TestApi.startUnready(api.database(), COUNT_WHEN_TOLD);
        try {
            await().atMost(LIMIT)
                    .until(() -> other.get("/actuator/health/readiness").status() == 200);
            for (TestApi each : List.of(other, api)) {
                refresh(each);
                count(each);
            }
            for (int n = 0; n < 9; n++) {
                submit(api, "NORMAL").isOk(202);
                submit(other, "NORMAL").isOk(202);
            }
            assertShed(submit(api, "NORMAL"));
            assertShed(submit(other, "NORMAL"));
            assertThat(stored()).isEqualTo(18);
        } finally {
            other.stop();
        }
        set("max_open_tasks", 30);
        count(api);
        batch(9).isOk(202);
        assertShed(submit(api, "NORMAL"));
    }

    @Test
    void whatRunsAgainIsShedAsASubmissionOfItsPriority() {
        Ends ends = new Ends(api.database());
        String normal = submit(api, "NORMAL").isOk(202).json().path("task_id").asString();
        String critical =
                submit(api, "CRITICAL").isOk(202).json().path("task_id").asString();
        JsonNode dag = api.post("/v1/dags", "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"served\"}]}")
                .isOk(202)
                .json();
        String entry = ends.fail(normal, "BROKEN");
        String criticalEntry = ends.fail(critical, "BROKEN");
        ends.end(dag.at("/tasks/a").asString(), "CANCELLED");
        ends.endDag(dag.path("dag_id").asString(), "CANCELLED");
        set("max_open_tasks", 10);
        count(api);
        batch(9).isOk(202);

        String retry = "/v1/dags/%s/retry".formatted(dag.path("dag_id").asString());
        assertShed(api.post("/v1/dead-letters/%s/reprocess".formatted(entry), "{}"));
        assertShed(api.post("/v1/dead-letters/reprocess", "{}"));
        assertShed(api.post(retry, "{}"));
        Answer made = api.post("/v1/dead-letters/%s/reprocess".formatted(criticalEntry), "{}")
                .isOk(202);
        assertShed(submit(api, "CRITICAL"));
        assertThat(api.post("/v1/dead-letters/%s/reprocess".formatted(criticalEntry), "{}")
                        .isOk(202)
                        .text())
                .isEqualTo(made.text());

        set("max_open_tasks", 100);
        api.post("/v1/dead-letters/%s/reprocess".formatted(entry), "{}").isOk(202);
        api.post(retry, "{}").isOk(202);
    }
}
