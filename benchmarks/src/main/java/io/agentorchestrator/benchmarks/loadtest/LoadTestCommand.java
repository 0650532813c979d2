package io.agentorchestrator.benchmarks.loadtest;

import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options;
import io.agentorchestrator.benchmarks.loadtest.scenario.Scenario;
import io.agentorchestrator.benchmarks.loadtest.scenario.Target;
import io.agentorchestrator.cli.command.CheckoutStack;
import io.agentorchestrator.cli.command.Invocation;
import io.agentorchestrator.cli.command.LoadTestElsewhere;
import io.agentorchestrator.cli.command.PortOptions;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        description = LoadTestElsewhere.DESCRIPTION,
        footer = {
            "",
            "Without a scenario: baseline, high-throughput, complex-dependencies and chaos, one after the other.",
            "Starts the stack if it does not run, as up --tuned does, and leaves it up. Results go to load_test_results/.",
            "Exits 0 only if every goal holds. docs/load-test.md says what each scenario does."
        })
final class LoadTestCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..*",
            description = "Of ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private List<String> scenarios = List.of();

    @Mixin
    private Options options = new Options();

    @Mixin
    private PortOptions ports = new PortOptions();

    /** For the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Scenario.names().iterator();
        }
    }

    LoadTestCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = Scenario.named(scenarios);
        options.check();
        Target target = new Target(invocation.layout(), runningStack(), invocation.out()::println);
        Path results = invocation.layout().home().resolve("load_test_results");
        boolean allHold = true;
        for (Scenario scenario : chosen) {
            invocation.out().println("");
            invocation.out().println(scenario.scenarioName() + ", seed " + options.seed() + ": " + scenario.what());
            Report report = scenario.report(target, options);
            allHold &= report.holds();
            show(report, report.write(results));
        }
        return allHold ? 0 : 1;
    }

    private void show(Report report, Report.Written written) {
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
        CheckoutStack stack = CheckoutStack.of(invocation, ports.ports(), true);
        if (!stack.answers()) {
            stack.start();
        } else if (!stack.ours()) {
            throw new CliFailure("The API at " + stack.api().baseUrl()
                    + " is not of this checkout's embedded stack, whose processes"
                    + " a load test measures: stop it, or choose other ports (--api-port …).");
        }
        return stack.settings();
    }
}
