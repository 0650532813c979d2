package io.agentorchestrator.benchmarks.loadtest;

import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ResultFolder;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options;
import io.agentorchestrator.benchmarks.loadtest.scenario.Scenario;
import io.agentorchestrator.benchmarks.loadtest.scenario.Scenarios;
import io.agentorchestrator.benchmarks.loadtest.scenario.SlotPair;
import io.agentorchestrator.benchmarks.loadtest.scenario.Target;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.command.Invocation;
import io.agentorchestrator.cli.command.LoadTestElsewhere;
import io.agentorchestrator.cli.command.PortOptions;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import io.agentorchestrator.cli.supervise.StackLauncher;
import io.agentorchestrator.cli.supervise.StackStopper;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = LoadTestElsewhere.DESCRIPTION,
        footer = {
            "",
            "Without a scenario: baseline, high-throughput, complex-dependencies and chaos, one after the other.",
            "Starts the stack if it does not run, and leaves it up. Results go to load_test_results/.",
            "Exits 0 only if every goal holds. docs/load-test.md says what each scenario does."
        })
final class LoadTestCommand implements Callable<Integer> {
    private static final long MAX_SEED = 1_000_000_000L;

    private final Invocation invocation;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..*",
            description = "Of ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private List<String> scenarios = List.of();

    @Option(names = "--rate", paramLabel = "N", description = "Tasks a second (default: the scenario's).")
    private @Nullable Double rate;

    @Option(names = "--duration", paramLabel = "PT60S", description = "How long is measured (default: the scenario's).")
    private @Nullable Duration duration;

    @Option(names = "--warm-up", paramLabel = "PT1M", description = "How long before that, the rate rising.")
    private @Nullable Duration warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats what an earlier run drew (default: random, printed).")
    private @Nullable Long seed;

    @Option(names = "--agents", paramLabel = "N", description = "Load agents (default: the scenario's).")
    private @Nullable Integer agents;

    @Option(names = "--slots", paramLabel = "N", description = "Tasks that each load agent takes at once.")
    private @Nullable Integer slots;

    @Option(names = "--payload-bytes", paramLabel = "N", description = "Size of each payload (default: 2048).")
    private @Nullable Integer payloadBytes;

    @Option(
            names = "--result-bytes",
            paramLabel = "N",
            description = "Size of each result, up to 1 MiB (default: 1024).")
    private @Nullable Integer resultBytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds of compare and small-workloads (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--pairs",
            paramLabel = "1x100,10x100",
            split = ",",
            description = "Slots and milliseconds of a task, of utilization (default: ten pairs).")
    private List<String> pairs = List.of();

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description =
                    "Tasks of alone, critical, long-tasks, standstill and large-results (default: the scenario's).")
    private @Nullable Integer tasks;

    @Option(
            names = "--task-duration",
            paramLabel = "PT10M",
            description = "Length of each task of long-tasks and standstill (default: ten minutes, two minutes).")
    private @Nullable Duration taskDuration;

    @Mixin
    private PortOptions ports = new PortOptions();

    /** For the help. */
    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Scenarios.names().iterator();
        }
    }

    LoadTestCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = Scenarios.named(scenarios);
        long drawn = seed == null ? new SecureRandom().nextLong(MAX_SEED) : seed;
        Options options = new Options(
                rate,
                duration,
                warmUp,
                drawn,
                agents,
                slots,
                payloadBytes,
                resultBytes,
                rounds,
                SlotPair.parse(pairs),
                tasks,
                taskDuration);
        Target target = new Target(invocation.layout(), runningStack(), invocation.out()::println);
        ResultFolder results = new ResultFolder(invocation.layout().home().resolve("load_test_results"));
        boolean allHold = true;
        for (Scenario scenario : chosen) {
            invocation.out().println();
            invocation.out().println(scenario.scenarioName() + ", seed " + drawn + ": " + scenario.what());
            Report report = scenario.run(target, options);
            allHold &= report.holds();
            show(report, results.write(report));
        }
        return allHold ? 0 : 1;
    }

    private void show(Report report, ResultFolder.Written written) {
        report.verdicts().stream().map(GoalVerdict::words).forEach(invocation.out()::println);
        written.problem().ifPresent(invocation.err()::println);
        invocation.out().println("Report: " + written.folder().resolve("report.md"));
    }

    /** This checkout's stack: it is the one whose processes a load test can see. */
    private StackSettings runningStack() throws IOException, InterruptedException {
        if (invocation.namedApi("").isPresent()) {
            throw new CliFailure("A load test starts agents and measures processes, so it needs this checkout's"
                    + " embedded stack: unset ORCHESTRATOR_API.");
        }
        boolean ours = new StackStopper(invocation.layout()).supervisor().isPresent();
        StackSettings asked = StackSettings.of(ports.ports(), invocation.environment());
        StackSettings settings = ours ? StateFiles.settings(invocation.layout()).orElse(asked) : asked;
        ApiClient api = new ApiClient(settings.ports().apiUrl());
        if (ours && api.ready()) {
            return settings;
        }
        if (!ours && api.ready()) {
            throw new CliFailure(
                    "The API at " + api.baseUrl() + " is not of this checkout's embedded stack, whose processes"
                            + " a load test measures: stop it, or choose other ports (--api-port …).");
        }
        invocation.out().println("No API answers at " + api.baseUrl() + "; starting the stack.");
        StackLauncher launcher = new StackLauncher(invocation.layout(), invocation.out()::println);
        launcher.start(settings);
        launcher.awaitReady();
        invocation.out().println("The stack is ready and stays up until ./orchestrator down.");
        return settings;
    }
}
