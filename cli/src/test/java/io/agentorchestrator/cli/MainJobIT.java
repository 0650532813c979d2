package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The main job over the real stack: PostgreSQL, Redis, Temporal, api, worker and agents as processes of their own, started and
 * used through the command line, in a home of its own whose modules are this build's.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final int VALUES = 60;
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
    void valuesComeOutEverywhereAsTheyWentIn(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("seed", 20_261_129);
        EndToEndValues values = new EndToEndValues(stack, seed, VALUES);

        values.run(directory);

        values.resultsAreWhatWentIn();
        values.theCommandLinePrintsWhatTheApiAnswers();
        values.deadLettersHoldWhatWasSubmitted();
        values.eventsNameWhatFailed();
        values.whatCannotBeStoredIsRefused();
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
