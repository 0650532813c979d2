package io.agentorchestrator.cli.loadtest.scenario;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.loadtest.workload.Mix;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program of module benchmarks that does the same tasks by one hand-written workflow each. */
final class HandWritten {
    private static final String PER_TASK = "io.agentorchestrator.benchmarks.baseline.WorkflowPerTask";
    private static final String SMALL_WORKLOADS = "io.agentorchestrator.benchmarks.baseline.SmallWorkloads";
    private static final Duration SMALL_WORKLOADS_LIMIT = Duration.ofMinutes(10);
    /** By which it does best: with 200, a third less. */
    private static final int IN_FLIGHT = 16;

    private static final Duration GRACE = Duration.ofMinutes(3);

    private final Target target;

    HandWritten(Target target) {
        this.target = target;
    }

    /** What it found, as it says itself. */
    record Result(long completed, long failed, double tasksPerSecond, double p50Millis, double p99Millis) {}

    /** Throws where the program is not built. */
    Path jar() {
        Path jar = target.layout().home().resolve("benchmarks/target/benchmarks-0.1.0-SNAPSHOT.jar");
        if (!Files.exists(jar)) {
            throw new CliFailure(jar + " is not built: run ./mvnw -Dmaven.test.skip=true package.");
        }
        return jar;
    }

    Result run(Mix mix, Duration length, Duration warmUp, long seed) throws IOException, InterruptedException {
        List<String> arguments = List.of(
                "--types",
                String.join(",", mix.typeNames()),
                "--duration",
                length.toString(),
                "--warm-up",
                warmUp.toString(),
                "--in-flight",
                Integer.toString(IN_FLIGHT),
                "--payload-bytes",
                Integer.toString(mix.payloadBytes()),
                "--result-bytes",
                Integer.toString(mix.resultBytes()),
                "--median-ms",
                Long.toString(Math.round(mix.medianMillis())),
                "--seed",
                Long.toString(seed));
        return parse(run(PER_TASK, arguments, length.plus(warmUp).plus(GRACE)));
    }

    /** The small workloads, once each; figures by the names that the program gives them. */
    Map<String, Double> smallWorkloads(String taskType) throws IOException, InterruptedException {
        JsonNode json = json(run(SMALL_WORKLOADS, List.of("--type", taskType), SMALL_WORKLOADS_LIMIT));
        Map<String, Double> figures = new HashMap<>();
        json.propertyStream()
                .forEach(field -> figures.put(field.getKey(), field.getValue().asDouble(Double.NaN)));
        return figures;
    }

    /** Runs one of the program's main classes; what it printed. */
    private String run(String mainClass, List<String> arguments, Duration limit)
            throws IOException, InterruptedException {
        Path jar = jar();
        Path output = Files.createTempFile("hand-written", ".out");
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // The flags with which it does best.
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx768m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    jar + ":" + jar.resolveSibling("lib") + "/*",
                    mainClass,
                    "--temporal",
                    target.settings().temporalTarget(),
                    "--namespace",
                    target.settings().temporalNamespace(),
                    "--database-url",
                    target.databaseUrl(),
                    "--database-user",
                    PostgresServer.NAME));
            command.addAll(arguments);
            Process process = new Program(
                            command,
                            Map.of("ORCHESTRATOR_DATABASE_PASSWORD", target.databasePassword()),
                            target.layout().home())
                    .apart()
                    .start(output);
            try {
                if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                    throw new CliFailure("The hand-written workflows did not end within " + limit + ".");
                }
            } finally {
                process.destroyForcibly();
            }
            return Files.readString(output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    static Result parse(String output) {
        JsonNode json = json(output);
        return new Result(
                json.path("completed").asLong(0),
                json.path("failed").asLong(0),
                json.path("tasks_per_second").asDouble(0),
                json.path("p50_ms").asDouble(0),
                json.path("p99_ms").asDouble(0));
    }

    /** The last line that is a JSON object. */
    private static JsonNode json(String output) {
        String line = output.lines()
                .filter(each -> each.startsWith("{"))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new CliFailure("The hand-written workflows told no result:\n" + output.strip()));
        try {
            return new JsonMapper().readTree(line);
        } catch (JacksonException notJson) {
            throw new CliFailure("The hand-written workflows told no JSON: " + line, notJson);
        }
    }
}
