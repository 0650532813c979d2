package io.agentorchestrator.api.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyIT {
    private static final TestApi API = TestApi.shared();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String KEY = "Idempotency-Key";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/tasks | {'task_type':'keyed','payload':{'text':'ü'}}",
                "/v1/tasks/batch | {'tasks':[{'task_type':'keyed','key':'a'},{'task_type':'keyed','depends_on':['a']}]}",
                "/v1/dags | {'name':'keyed','tasks':[{'key':'a','task_type':'keyed','estimated_complexity':1000000},{'key':'b','task_type':'keyed','depends_on':['a']}]}",
            })
    void theSameKeyAndBodyIsAnsweredByTheFirstAnswer(String path, String body) {
        String json = body.replace('\'', '"');
        String key = "same " + path;
        int before = tasks("keyed");

        Answer first = API.post(path, json, KEY, key.replace(' ', ':')).isOk(202);
        int stored = tasks("keyed") - before;
        Answer second = API.post(path, json, KEY, key.replace(' ', ':')).isOk(202);

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(stored).isPositive();
        assertThat(tasks("keyed") - before).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ 'payload' : {'b':[1, 2],'a':'x'},\t'task_type' :  'spaced', 'labels':{} } | {'task_type':'spaced','payload':{'a':'x','b':[1,2]},'labels':{}}",
                "{'task_type':'spaced','payload':{'a':'\\u0078'}} | {'task_type':'sp\\u0061ced','payload':{'a':'x'}}",
                "{'task_type':'spaced','priority':null,'retry':{'max_attempts':null}} | {'task_type':'spaced','retry':{}}",
            })
    void theSameRequestWrittenOtherwiseIsTheSameRequest(String first, String second) {
        String key = "spaced-" + first.hashCode();
        int before = tasks("spaced");
        Answer answer =
                API.post("/v1/tasks", first.replace('\'', '"'), KEY, key).isOk(202);

        assertThat(API.post("/v1/tasks", second.replace('\'', '"'), KEY, key)
                        .isOk(202)
                        .text())
                .isEqualTo(answer.text());
        assertThat(tasks("spaced")).isEqualTo(before + 1);
    }

    @Test
    void jsonAndYamlOfOneDagAreOneRequest() {
        Answer answer = API.post(
                        "/v1/dags", "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"two-ways\"}]}", KEY, "two-ways")
                .isOk(202);

        Answer repeated = API.send(
                "POST",
                "/v1/dags",
                BodyPublishers.ofString("tasks:\n- task_type: two-ways\n  key: a\n"),
                "Content-Type",
                "application/yaml",
                KEY,
                "two-ways");
        assertThat(repeated.isOk(202).text()).isEqualTo(answer.text());
        assertThat(tasks("two-ways")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'n':1.0} | {'n':1.00}",
                "{'n':1} | {'n':1.0}",
                "{'n':1} | {'n':'1'}",
                "{'n':[1,2]} | {'n':[2,1]}",
                "{'n':null} | {}",
                "{'n':[[1],2]} | {'n':[[1,2]]}",
                "{'n':'a','m':'b'} | {'n':'b','m':'a'}",
            })
    void aRequestThatSaysSomethingElseIsAnother(String first, String second) {
        String key = "else-" + first.hashCode() + second.hashCode();
        String body = "{\"task_type\":\"else\",\"payload\":%s}";
        API.post("/v1/tasks", body.formatted(first.replace('\'', '"')), KEY, key)
                .isOk(202);

        API.post("/v1/tasks", body.formatted(second.replace('\'', '"')), KEY, key)
                .isProblem(409, "IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void fiftyRequestsAtOnceMakeOneTaskAndGetOneAnswer() {
        try (ExecutorService clients = Executors.newFixedThreadPool(50)) {
            List<CompletableFuture<Answer>> requests = IntStream.range(0, 50)
                    .mapToObj(n -> CompletableFuture.supplyAsync(
                            () -> API.post("/v1/tasks", "{\"task_type\":\"at-once\"}", KEY, "at-once"), clients))
                    .toList();
            List<Answer> answers =
                    requests.stream().map(request -> request.join().isOk(202)).toList();

            assertThat(answers.stream().map(Answer::text).distinct()).hasSize(1);
            assertThat(answers.stream().map(answer -> answer.header("Location")).distinct())
                    .hasSize(1);
        }
        assertThat(tasks("at-once")).isEqualTo(1);
    }

    @Test
    void theSameKeyWithAnotherBodyOrOnAnotherRouteIsAConflict() {
        API.post("/v1/tasks", "{\"task_type\":\"reused\"}", KEY, "reused").isOk(202);

        API.post("/v1/tasks", "{\"task_type\":\"reused2\"}", KEY, "reused")
                .isProblem(409, "IDEMPOTENCY_KEY_REUSED")
                .saying("new key");
        API.post("/v1/tasks/batch", "{\"tasks\":[{\"task_type\":\"reused\"}]}", KEY, "reused")
                .isProblem(409, "IDEMPOTENCY_KEY_REUSED");
        API.post("/v1/dags", "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"reused\"}]}", KEY, "reused")
                .isProblem(409, "IDEMPOTENCY_KEY_REUSED");
        assertThat(tasks("reused")).isEqualTo(1);
    }

    @Test
    void theSameBodyOnAnotherRouteIsAConflict() {
        String body = "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"routed\"}]}";
        API.post("/v1/tasks/batch", body, KEY, "routed").isOk(202);

        API.post("/v1/dags", body, KEY, "routed").isProblem(409, "IDEMPOTENCY_KEY_REUSED");
        assertThat(tasks("routed")).isEqualTo(1);
    }

    @Test
    void differentRequestsWithOneKeyAtOnceMakeOneTask() throws SQLException {
        try (ExecutorService clients = Executors.newFixedThreadPool(20);
                Connection blocker = API.database().dataSource().getConnection()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table task in access exclusive mode");
            List<CompletableFuture<Answer>> requests = new ArrayList<>();
            requests.add(CompletableFuture.supplyAsync(() -> raced(0), clients));
            await().atMost(LIMIT).until(() -> commitsThatWait() == 1);
            IntStream.range(1, 20).forEach(n -> requests.add(CompletableFuture.supplyAsync(() -> raced(n), clients)));
            // Whatever waits for a commit beside the first found the key free.
            await().atMost(LIMIT).until(() -> commitsThatWait() > 1 || queued() > 0);
            blocker.rollback();
            List<Integer> statuses = requests.stream()
                    .map(request -> request.join().status())
                    .sorted()
                    .toList();

            assertThat(statuses.getFirst()).isEqualTo(202);
            assertThat(statuses.subList(1, 20)).containsOnly(409);
        }
        assertThat(tasks("raced")).isEqualTo(1);
    }

    private static int commitsThatWait() {
        return API.database()
                .client()
                .sql(
                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                .query(Integer.class)
                .single();
    }

    private static double queued() {
        return API.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("admission_queued "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static Answer raced(int n) {
        return API.post("/v1/tasks", "{\"task_type\":\"raced\",\"payload\":{\"n\":%d}}".formatted(n), KEY, "raced");
    }

    @Test
    void anotherTenantsKeyIsAnotherKey() {
        String body = "{\"task_type\":\"tenants\"}";
        String mine = API.post("/v1/tasks", body, KEY, "tenants").isOk(202).text();
        String acmes = API.post("/v1/tasks", body, KEY, "tenants", "Orchestrator-Tenant", "acme")
                .isOk(202)
                .text();

        assertThat(acmes).isNotEqualTo(mine);
        API.post("/v1/tasks", "{\"task_type\":\"other\"}", KEY, "tenants", "Orchestrator-Tenant", "acme")
                .isProblem(409, "IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void aRequestThatWasRefusedDoesNotTakeItsKey() {
        API.post("/v1/tasks", "{\"task_type\":\"Bad\"}", KEY, "refused").isProblem(422, "INVALID_VALUE");
        API.post("/v1/tasks", "{\"task_type\":\"good\"}", KEY, "refused").isOk(202);
    }

    @Test
    void anExpiredKeyIsForgotten() {
        String body = "{\"task_type\":\"expired\"}";
        String first = API.post("/v1/tasks", body, KEY, "expired").isOk(202).text();
        API.database()
                .client()
                .sql("update idempotency_key set expires_at = now() - interval '1 second' where key = 'expired'")
                .update();

        String second = API.post("/v1/tasks", "{\"task_type\":\"expired\",\"labels\":{\"a\":\"b\"}}", KEY, "expired")
                .isOk(202)
                .text();

        assertThat(second).isNotEqualTo(first);
        API.post("/v1/tasks", body, KEY, "expired").isProblem(409, "IDEMPOTENCY_KEY_REUSED");
        assertThat(tasks("expired")).isEqualTo(2);
    }

    @Test
    void aCommitThatWasGivenUpInFlightIsAnsweredToWhoeverRepeatsItsKey() throws SQLException {
        try (TestApi api = TestApi.start("--orchestrator.admission.max-wait=500ms");
                Connection blocker = api.database().dataSource().getConnection()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table task in access exclusive mode");
            String body = "{\"task_type\":\"in-flight\"}";

            Answer givenUp = api.post("/v1/tasks", body, KEY, "in-flight").isProblem(503, "STORE_TIMEOUT");
            assertThat(givenUp.header("Retry-After")).isNotEmpty();
            blocker.rollback();
            await().atMost(LIMIT)
                    .until(() -> api.database()
                                    .client()
                                    .sql("select count(*) from task where task_type = 'in-flight'")
                                    .query(Integer.class)
                                    .single()
                            == 1);

            Answer repeated = api.post("/v1/tasks", body, KEY, "in-flight").isOk(202);
            api.get(repeated.header("Location")).isOk(200);
            assertThat(api.get("/v1/tasks?task_type=in-flight")
                            .json()
                            .path("tasks")
                            .size())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb"})
    void aKeyThatIsNoneIsRefused(String key) {
        API.post("/v1/tasks", "{\"task_type\":\"never\"}", KEY, key)
                .isProblem(400, "INVALID_HEADER")
                .saying("visible ASCII");
        API.post("/v1/tasks", "{\"task_type\":\"never\"}", KEY, "x".repeat(256)).isProblem(400, "INVALID_HEADER");
        API.post("/v1/dags", "{}", KEY, key).isProblem(400, "INVALID_HEADER");
        API.post("/v1/tasks/batch", "{}", KEY, "one", KEY, "two").isProblem(400, "INVALID_HEADER");
        API.post("/v1/tasks", "{\"task_type\":\"longest\"}", KEY, "~".repeat(255))
                .isOk(202);
    }

    @Test
    void aKeyIsRefusedWhereItWouldDoNothingAndIgnoredWhereNothingIsNeeded() {
        API.post("/v1/agents", "{}", KEY, "k").isProblem(400, "INVALID_HEADER").saying(KEY);
        API.post("/v1/dags/validate", "{\"tasks\":[{\"key\":\"a\",\"task_type\":\"x\"}]}", KEY, "k")
                .isOk(200);
        API.get("/v1/tasks", KEY, "k").isOk(200);
        API.put("/v1/agents/nobody/heartbeat", "{}", KEY, "k").isProblem(404, "AGENT_NOT_FOUND");
        API.send("DELETE", "/v1/agents/nobody", BodyPublishers.noBody(), KEY, "k")
                .isProblem(404, "AGENT_NOT_FOUND");
    }

    private static int tasks(String type) {
        return API.database()
                .client()
                .sql("select count(*) from task where task_type = ? and tenant = 'default'")
                .param(type)
                .query(Integer.class)
                .single();
    }
}
