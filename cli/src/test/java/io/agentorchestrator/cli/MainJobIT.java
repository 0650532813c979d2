package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.command.RandomJson;
import io.agentorchestrator.cli.json.ExactJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The main job over the real stack: PostgreSQL, Redis, Temporal, api, worker and agents as processes of their own, started and
 * used through the command line, in a home of its own whose modules are this build's.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final int VALUES = 20;
    private static final Pattern NOT_STORED = Pattern.compile("\\\\u(0000|[dD][89a-fA-F])");
    private static final String METRICS_PATH = "/actuator/prometheus";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path home;

    private static RealStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = RealStack.in(home);
        stack.up();
    }

    @AfterAll
    static void stop() throws Exception {
        stack.down();
    }

    @Test
    @Order(1)
    void runsAChainOfThreeAndSaysWhereToLook() throws Exception {
        RealStack.Outcome run = stack.orchestrator("run", "examples/chain.yaml");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("first", "second", "third", "COMPLETED", "/workflows/dag-");
        assertThat(get("/v1/dags").at("/dags/0/status").stringValue()).isEqualTo("COMPLETED");
    }

    @Test
    @Order(2)
    void endsInFailureWhenATaskFailsForGoodAndCancelsWhatDependsOnIt() throws Exception {
        RealStack.Outcome run = stack.orchestrator("run", "examples/failures.yaml");

        assertThat(run.exitCode()).as(run.output()).isNotZero();
        assertThat(run.output()).contains("MODEL_REFUSED", "UPSTREAM_FAILED", "FAILED");
        JsonNode dag = get("/v1/dags/" + get("/v1/dags").at("/dags/0/dag_id").stringValue());
        assertThat(task(dag, "flaky").path("status").stringValue()).isEqualTo("COMPLETED");
        assertThat(task(dag, "flaky").path("attempt").intValue()).isEqualTo(3);
        assertThat(task(dag, "after-flaky").path("status").stringValue()).isEqualTo("COMPLETED");
        assertThat(task(dag, "hopeless").path("status").stringValue()).isEqualTo("FAILED");
        assertThat(task(dag, "after-hopeless").path("status").stringValue()).isEqualTo("CANCELLED");
    }

    @Test
    @Order(3)
    void reviewsADirectoryWhoseFiguresAreKnown(@TempDir Path sources) throws Exception {
        Files.writeString(sources.resolve("Greeter.java"), """
                /** Greets. */
                class Greeter {
                    // TODO greet in other languages
                    String greet(String name) {
                        if (name == null) {
                            return "hello";
                        }
                        return "hello " + name;
                    }
                }
                """);
        Files.writeString(sources.resolve("add.py"), "def add(a, b):\n    return a + b\n");
        Files.writeString(sources.resolve("requirements.txt"), "requests==2.32.0\n");

        RealStack.Outcome run =
                stack.orchestrator("run", "examples/codebase-review.yaml", "--input", "path=" + sources);

        assertThat(run.exitCode()).as(run.output()).isZero();
        Matcher report = Pattern.compile("report: (\\S.*\\.md)").matcher(run.output());
        assertThat(report.find()).as(run.output()).isTrue();
        String markdown = Files.readString(Path.of(report.group(1).strip()));
        assertThat(markdown)
                .contains("| Java | 1 | 8 | 2 | 0 | 1 | 2 |")
                .contains("| Python | 1 | 2 | 0 | 0 | 1 | 1 |")
                .contains("Greeter.greet", "greet in other languages", "`requests`", ".svg");
    }

    @Test
    @Order(4)
    void reviewsAnEmptyDirectory(@TempDir Path empty) throws Exception {
        RealStack.Outcome run = stack.orchestrator("run", "examples/codebase-review.yaml", "--input", "path=" + empty);

        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    @Order(5)
    void tellsWhatIsWrongWithADag(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("cycle.yaml"), """
                name: circle
                tasks:
                  - { key: a, task_type: simulated, depends_on: [b] }
                  - { key: b, task_type: simulated, depends_on: [a] }
                """);

        RealStack.Outcome run = stack.orchestrator("run", file.toString());

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).contains("CYCLE", "a → b → a");
    }

    @Test
    @Order(6)
    void losesNothingOverDownAndUp() throws Exception {
        int before = get("/v1/dags").path("dags").size();
        assertThat(stack.orchestrator("down").exitCode()).isZero();

        stack.up();

        assertThat(get("/v1/dags").path("dags").size()).isEqualTo(before);
        assertThat(stack.orchestrator("run", "examples/chain.yaml").exitCode()).isZero();
    }

    @Test
    @Order(7)
    void failsAStandaloneTaskThatCannotSucceedAndCompletesItsNeighbours() throws Exception {
        String hopeless = submit("""
                {"task_type":"simulated","payload":{"fail_times":-1,"fail_code":"NO_WAY"},"retry":{"max_attempts":2,
                 "initial_interval":"PT0.1S"}}""");
        String terminal = submit("{\"task_type\":\"simulated\",\"payload\":{\"no_such_field\":1}}");
        String fine = submit("{\"task_type\":\"simulated\"}");

        assertThat(awaitEnd(fine).path("status").stringValue()).isEqualTo("COMPLETED");
        assertThat(awaitEnd(terminal).at("/error/code").stringValue()).isEqualTo("INVALID_PAYLOAD");
        JsonNode failed = awaitEnd(hopeless);
        assertThat(failed.path("status").stringValue()).isEqualTo("FAILED");
        assertThat(failed.at("/error/code").stringValue()).isEqualTo("NO_WAY");
        assertThat(failed.path("attempts").size()).isEqualTo(2);
    }

    @Test
    @Order(8)
    void valuesArriveInRedisAndCanBeReadAsTheyWereTyped(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        RandomJson json = new RandomJson(new Random(seed), true);
        Map<String, String> typed = new LinkedHashMap<>();
        for (int i = 0; i < VALUES; i++) {
            typed.put("t" + i, storable(json));
        }
        String tasks = typed.keySet().stream()
                .map(key -> """
                        {"key": "%s", "task_type": "simulated", "retry": {"max_attempts": 1}, "payload": {"fail_times": -1, "value": %s}}""".formatted(key, typed.get(key).replace("${", "$${")))
                .collect(Collectors.joining(", "));
        Path file = Files.writeString(
                directory.resolve("values.json"), "{\"on_failure\": \"CONTINUE\", \"tasks\": [%s]}".formatted(tasks));

        JsonNode dag = stack.orchestrator("submit", file.toString(), "--json").json();
        String path = "/v1/dags/" + dag.path("dag_id").stringValue();
        assertThat(stack.awaitEnd(path).path("status").stringValue()).isEqualTo("FAILED");

        for (String key : typed.keySet()) {
            String taskId = dag.path("tasks").path(key).stringValue();
            JsonNode value = ExactJson.tree(typed.get(key).replace("${", "$${").getBytes(StandardCharsets.UTF_8));
            JsonNode payload = RealStack.patiently().until(() -> payloadInRedis(taskId), each -> !each.isMissingNode());
            assertThat(payload.path("value")).as("seed %d, %s", seed, value).isEqualTo(value);
            String read = stack.text(stack.apiUrl(), "/v1/tasks/" + taskId);
            assertThat(ExactJson.tree(read.getBytes(StandardCharsets.UTF_8)).at("/payload/value"))
                    .as("seed %d, %s", seed, value)
                    .isEqualTo(value);
        }
    }

    /** NUL and halves of surrogate pairs are refused, by name. */
    private static String storable(RandomJson json) {
        while (true) {
            String value = json.value();
            if (!NOT_STORED.matcher(value).find()) {
                return value;
            }
        }
    }

    /** What people see in the stream of dead letters; missing while it is not there. */
    private static JsonNode payloadInRedis(String taskId) throws Exception {
        try (RedisConnection redis = stack.redis()) {
            for (Object entry : (List<?>) redis.send("XRANGE", "task_dead_letter_queue", "-", "+")) {
                List<?> fields = (List<?>) ((List<?>) entry).get(1);
                if (fields.get(fields.indexOf("task_id") + 1).equals(taskId)) {
                    String payload = (String) fields.get(fields.indexOf("payload") + 1);
                    return ExactJson.tree(payload.getBytes(StandardCharsets.UTF_8));
                }
            }
            return MissingNode.getInstance();
        }
    }

    @Test
    @Order(9)
    void exposesTheMetricsThatAreDocumented() throws Exception {
        String costly = submit("{\"task_type\":\"simulated\",\"payload\":{\"cost_usd\":0.5,\"double_result\":true}}");
        assertThat(awaitEnd(costly).path("status").stringValue()).isEqualTo("COMPLETED");
        MetricsDocument document = new MetricsDocument();

        document.assertNamesAlerts();
        String workerUrl = stack.settings().ports().workerUrl();
        RealStack.patiently()
                .untilAsserted(() -> document.assertDescribes(
                        List.of(stack.text(stack.apiUrl(), METRICS_PATH), stack.text(workerUrl, METRICS_PATH))));
    }

    private static String submit(String task) throws Exception {
        return stack.submit("/v1/tasks", task).path("task_id").stringValue();
    }

    private static JsonNode awaitEnd(String taskId) {
        return stack.awaitEnd("/v1/tasks/" + taskId);
    }

    private static JsonNode task(JsonNode dag, String key) {
        for (JsonNode task : dag.path("tasks")) {
            if (task.path("key").stringValue().equals(key)) {
                return task;
            }
        }
        throw new AssertionError("no task " + key + " in " + dag);
    }

    private static JsonNode get(String path) throws Exception {
        return stack.get(path);
    }
}
