package io.agentorchestrator.cli.loadtest.scenario;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.loadtest.workload.Mix;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program of module benchmarks that does the same tasks by one hand-written workflow each. */
final class HandWritten {
    private static final String MAIN = "io.agentorchestrator.benchmarks.baseline.WorkflowPerTask";
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
        Path jar = jar();
        Path output = Files.createTempFile("workflow-per-task", ".out");
        try {
            // The flags with which it does best.
            Program program = new Program(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx768m",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            jar + ":" + jar.resolveSibling("lib") + "/*",
                            MAIN,
                            "--temporal",
                            target.settings().temporalTarget(),
                            "--namespace",
                            target.settings().temporalNamespace(),
                            "--database-url",
                            target.databaseUrl(),
                            "--database-user",
                            PostgresServer.NAME,
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
                            Long.toString(seed)),
                    Map.of("ORCHESTRATOR_DATABASE_PASSWORD", target.databasePassword()),
                    target.layout().home());
            Process process = program.start(output);
            try {
                Duration limit = length.plus(warmUp).plus(GRACE);
                if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                    throw new CliFailure("The hand-written workflows did not end within " + limit + ".");
                }
            } finally {
                process.destroyForcibly();
            }
            return parse(Files.readString(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The last line that is a JSON object. */
    static Result parse(String output) {
        String line = output.lines()
                .filter(each -> each.startsWith("{"))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new CliFailure("The hand-written workflows told no result:\n" + output.strip()));
        try {
            JsonNode json = new JsonMapper().readTree(line);
            return new Result(
                    json.path("completed").asLong(0),
                    json.path("failed").asLong(0),
                    json.path("tasks_per_second").asDouble(0),
                    json.path("p50_ms").asDouble(0),
                    json.path("p99_ms").asDouble(0));
        } catch (JacksonException notJson) {
            throw new CliFailure("The hand-written workflows told no JSON: " + line, notJson);
        }
    }
}
