package io.agentorchestrator.api.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StoreAwayIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ID = "018f3f3e-0000-7000-8000-000000000000";
    private static final String AGENT =
            "{\"agent_types\":[\"simulated\"],\"address\":\"127.0.0.1:1\",\"max_concurrent_tasks\":1}";
    /** A DAG is planned without it, unless its tasks depend on others. */
    private static final Set<String> NEEDS_NO_STORE = Set.of("validateDag");

    private static final String TASK = "{\"task_type\":\"simulated\"}";

    @Test
    void whilePostgresqlIsAwayEverythingSaysSoAndRecoversByItself() {
        try (TestApi api = TestApi.start("--orchestrator.database.connection-timeout=500ms")) {
            api.post("/v1/tasks", TASK).isOk(202);

            List<Call> calls = calls(api);
            assertThat(calls).extracting(Call::name).contains("submitTask", "streamEvents", "heartbeat", "retryDag");

            api.database().goAway();
            for (Call call : calls) {
                Answer refused = call.send(api);
                assertThat(refused.status())
                        .as(call.name() + ": " + refused.text())
                        .isEqualTo(503);
                refused.isProblem(503, "STORE_UNAVAILABLE");
                assertThat(refused.header("Retry-After")).as(call.name()).isEqualTo("2");
            }
            assertThat(api.get("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(api.get("/actuator/health/liveness").status()).isEqualTo(200);

            api.database().comeBack();
            await().atMost(LIMIT).until(() -> api.post("/v1/tasks", TASK).status() == 202);
            // Who reads has connections of their own, which come back when somebody asks for them.
            await().atMost(LIMIT).until(() -> api.get("/v1/tasks").status() == 200);
            api.get("/actuator/health/readiness").isOk(200);
            for (Call call : calls) {
                if (!call.isStream()) {
                    assertThat(call.send(api).status()).as(call.name()).isLessThan(500);
                }
            }
        }
    }

    /** Every operation that the API publishes but those that need no store, with what passes its checks of the request. */
    private static List<Call> calls(TestApi api) {
        List<Call> calls = new ArrayList<>();
        api.get("/v3/api-docs")
                .isOk(200)
                .json()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    String name = method.getValue().path("operationId").asString();
                    if (!NEEDS_NO_STORE.contains(name)) {
                        JsonNode responses = method.getValue().path("responses");
                        calls.add(new Call(
                                name,
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey()
                                                .replace("{entry_id}", "1700000000000-0")
                                                .replace("{agent_id}", "somebody")
                                                .replace("feature-flags/{name}", "feature-flags/load_shedding")
                                                .replace("{name}", "retention_tasks")
                                                .replaceAll("[{][a-z_]+[}]", ID)
                                        + switch (name) {
                                            case "listCommands" -> "?dag_id=" + ID;
                                            case "deleteDeadLetters" -> "?state=OPEN";
                                            default -> "";
                                        },
                                switch (name) {
                                    case "submitTask" -> TASK;
                                    case "submitBatch" -> "{\"tasks\":[" + TASK + "]}";
                                    case "submitDag" -> "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"simulated\"}]}";
                                    case "registerAgent" -> AGENT;
                                    case "setFeatureFlag" -> "{\"enabled\":true}";
                                    case "setSetting" -> "{\"value\":\"P30D\"}";
                                    case "reprioritizeTasks" -> "{\"label\":\"a=b\",\"priority\":\"HIGH\"}";
                                    case "changeTask", "changeDag" -> "{\"priority\":\"HIGH\"}";
                                    case "setBudget" -> "{\"period\":\"P1D\",\"cost_usd\":1}";
                                    case "setLimit" -> "{\"by\":\"task_type\",\"max_in_flight\":1}";
                                    case "retryDag" -> "{\"payloads\":{\"a\":{}}}";
                                    default -> "{}";
                                },
                                responses.toString().contains("text/event-stream")));
                    }
                }));
        return calls;
    }

    private record Call(String name, String method, String path, String body, boolean isStream) {
        Answer send(TestApi api) {
            return switch (method) {
                case "POST" -> api.post(path, body);
                case "PUT" -> api.put(path, body);
                case "PATCH" ->
                    api.send("PATCH", path, BodyPublishers.ofString(body), "Content-Type", "application/json");
                case "DELETE" -> api.delete(path);
                default -> api.get(path);
            };
        }
    }

    @Test
    void aStoreThatDoesNotAnswerNeverHoldsARequestForLong() throws SQLException {
        try (TestApi api = TestApi.start("--orchestrator.database.statement-timeout=1s");
                Connection blocker = api.database().dataSource().getConnection()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table task in access exclusive mode");
            Instant before = Instant.now();

            for (Answer answer : List.of(api.post("/v1/tasks", TASK), api.get("/v1/tasks"))) {
                answer.isProblem(503, "STORE_TIMEOUT");
                assertThat(answer.text()).contains("PostgreSQL is there").doesNotContain("cannot be reached");
                assertThat(answer.header("Retry-After")).isEqualTo("2");
            }

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
            blocker.rollback();
            api.post("/v1/tasks", TASK).isOk(202);
        }
    }

    @Test
    void aPoolThatIsUsedUpIsNotCalledAnOutage() throws SQLException {
        try (TestApi api = TestApi.start("--orchestrator.database.connection-timeout=500ms");
                Connection blocker = api.database().dataSource().getConnection();
                ExecutorService clients = Executors.newFixedThreadPool(24)) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table task in access exclusive mode");
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int n = 0; n < 24; n++) {
                answers.add(CompletableFuture.supplyAsync(() -> api.get("/v1/tasks"), clients));
            }
            List<Answer> refused = answers.stream().map(CompletableFuture::join).toList();

            assertThat(refused)
                    .filteredOn(answer -> answer.text().contains("OVERLOADED"))
                    .isNotEmpty()
                    .allSatisfy(answer -> {
                        answer.isProblem(503, "OVERLOADED");
                        assertThat(answer.text()).contains("connections to PostgreSQL are in use");
                        assertThat(answer.header("Retry-After")).isEqualTo("2");
                    });
            assertThat(refused).allSatisfy(answer -> assertThat(answer.text()).doesNotContain("cannot be reached"));
            blocker.rollback();
        }
    }

    @Test
    void aQueryForWhatNoSchemaHasIsAFaultOfOurs() {
        try (TestApi api = TestApi.start()) {
            api.database().client().sql("alter table task rename to elsewhere").update();

            Answer answer = api.get("/v1/tasks").isProblem(500, "INTERNAL_ERROR");
            assertThat(answer.json().path("error_id").asString("")).isNotEmpty();
            api.post("/v1/tasks", TASK).isProblem(500, "INTERNAL_ERROR");
        }
    }

    @Test
    void theApplicationStartsBeforePostgresqlAndIsReadyOnceItIsThere() {
        TestDatabase database = PostgresServer.shared().newEmptyDatabase();
        database.goAway();
        try (TestApi api = TestApi.startUnready(database, "--orchestrator.database.connection-timeout=500ms")) {
            assertThat(api.get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(api.get("/actuator/health/readiness").status()).isEqualTo(503);
            api.post("/v1/tasks", TASK).isProblem(503, "STORE_UNAVAILABLE");

            database.comeBack();
            await().atMost(LIMIT)
                    .until(() -> api.get("/actuator/health/readiness").status() == 200);
            api.post("/v1/tasks", TASK).isOk(202);
        }
    }

    @Test
    void manyClientsAtOnceAreAllAcceptedInFewCommits() {
        int tasks = 500;
        try (TestApi api = TestApi.start();
                ExecutorService clients = Executors.newFixedThreadPool(64)) {
            long commitsBefore = commits(api);
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int n = 0; n < tasks; n++) {
                answers.add(CompletableFuture.supplyAsync(() -> api.post("/v1/tasks", TASK), clients));
            }
            answers.forEach(answer -> answer.join().isOk(202));

            assertThat(api.database()
                            .client()
                            .sql("select count(*) from task_state where status = 'QUEUED'")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(tasks);
            assertThat(commits(api) - commitsBefore).isLessThan(tasks / 2);
        }
    }

    /** Transactions that inserted: each has an id, which every row of it carries. */
    private static long commits(TestApi api) {
        return api.database()
                .client()
                .sql("select count(distinct xmin::text) from task_state")
                .query(Long.class)
                .single();
    }
}
