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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
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
        return parse(run(
                PER_TASK,
                length.plus(warmUp).plus(GRACE),
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
                Long.toString(seed)));
    }

    /** The small workloads that the form can do, once each; figures by the names that the program gives them. */
    Map<String, Double> smallWorkloads(Form form, String taskType) throws IOException, InterruptedException {
        return figures(run(SMALL_WORKLOADS, SMALL_WORKLOADS_LIMIT, "--each", form.name(), "--type", taskType));
    }

    /** Runs one of the program's main classes; what it printed. */
    private String run(String mainClass, Duration limit, String... arguments) throws IOException, InterruptedException {
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
            command.addAll(List.of(arguments));
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
        Map<String, Double> figures = figures(output);
        return new Result(
                figures.getOrDefault("completed", 0.0).longValue(),
                figures.getOrDefault("failed", 0.0).longValue(),
                figures.getOrDefault("tasks_per_second", 0.0),
                figures.getOrDefault("p50_ms", 0.0),
                figures.getOrDefault("p99_ms", 0.0));
    }

    /** The figures in the last line that is a JSON object. */
    private static Map<String, Double> figures(String output) {
        String line = output.lines()
                .filter(each -> each.startsWith("{"))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new CliFailure("Plain Temporal told no result:\n" + output.strip()));
        try {
            return new JsonMapper().readValue(line, new TypeReference<>() {});
        } catch (JacksonException notJson) {
            throw new CliFailure("Plain Temporal told no JSON: " + line, notJson);
        }
    }
}
