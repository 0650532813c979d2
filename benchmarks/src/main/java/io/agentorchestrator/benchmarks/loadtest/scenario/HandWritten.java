package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.ExitHook;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.supervise.AgentsKey;
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

/** The programs that do the same tasks by plain Temporal. They take the agents' addresses and credentials from the stack's store. */
final class HandWritten {
    private static final String PER_TASK = "io.agentorchestrator.benchmarks.baseline.PlainTemporal";
    private static final String SMALL_WORKLOADS = "io.agentorchestrator.benchmarks.baseline.SmallWorkloadsByHand";
    private static final Duration SMALL_WORKLOADS_LIMIT = Duration.ofMinutes(10);
    private static final Duration GRACE = Duration.ofMinutes(3);

    /** The form of a task there. The names are the program's. */
    enum Form {
        WORKFLOW(16),
        STANDALONE_ACTIVITY(50);

        private final int inFlight;

        /** @param inFlight tasks by which it does best */
        Form(int inFlight) {
            this.inFlight = inFlight;
        }
    }

    private final Target target;

    HandWritten(Target target) {
        this.target = target;
    }

    /** The findings of the program, as it tells them. */
    record Result(long completed, long failed, double tasksPerSecond, double p50Millis, double p99Millis) {
        String latencies() {
            return Figures.millis(p50Millis) + " / " + Figures.millis(p99Millis);
        }
    }

    Result run(Form form, Mix mix, Duration length, Duration warmUp, long seed)
            throws IOException, InterruptedException {
        List<String> arguments = List.of(
                "--each",
                form.name(),
                "--types",
                String.join(",", mix.typeNames()),
                "--duration",
                length.toString(),
                "--warm-up",
                warmUp.toString(),
                "--in-flight",
                Integer.toString(form.inFlight),
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

    /** The small workloads that the form can do, once each; figures by the names that the program gives them. */
    Map<String, Double> smallWorkloads(Form form, String taskType) throws IOException, InterruptedException {
        List<String> arguments = List.of("--each", form.name(), "--type", taskType);
        JsonNode json = json(run(SMALL_WORKLOADS, arguments, SMALL_WORKLOADS_LIMIT));
        Map<String, Double> figures = new HashMap<>();
        json.propertyStream()
                .forEach(field -> figures.put(field.getKey(), field.getValue().asDouble(Double.NaN)));
        return figures;
    }

    /** Runs one of the program's main classes; what it printed. */
    private String run(String mainClass, List<String> arguments, Duration limit)
            throws IOException, InterruptedException {
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
                    System.getProperty("java.class.path"),
                    mainClass,
                    "--temporal",
                    target.settings().temporalTarget(),
                    "--namespace",
                    target.settings().temporalNamespace(),
                    "--database-url",
                    "jdbc:postgresql://127.0.0.1:" + target.settings().ports().postgres() + "/" + PostgresServer.NAME,
                    "--database-user",
                    PostgresServer.NAME));
            command.addAll(arguments);
            Process process = new Program(
                            command,
                            Map.of(
                                    "ORCHESTRATOR_DATABASE_PASSWORD",
                                    password(),
                                    AgentsKey.VARIABLE,
                                    AgentsKey.of(target.layout())),
                            target.layout().home())
                    .apart()
                    .start(output);
            try (ExitHook _ = new ExitHook(process::destroyForcibly)) {
                if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                    throw new CliFailure("Plain Temporal did not end within " + limit + ".");
                }
            } finally {
                process.destroyForcibly();
            }
            return Files.readString(output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private String password() {
        try {
            return target.postgres().password();
        } catch (IOException e) {
            throw new CliFailure(
                    "Plain Temporal finds the agents in the embedded stack's own store, and there is no password of it in "
                            + target.layout().data() + ": start the stack with ./orchestrator up.",
                    e);
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
                .orElseThrow(() -> new CliFailure("Plain Temporal told no result:\n" + output.strip()));
        try {
            return new JsonMapper().readTree(line);
        } catch (JacksonException notJson) {
            throw new CliFailure("Plain Temporal told no JSON: " + line, notJson);
        }
    }
}
