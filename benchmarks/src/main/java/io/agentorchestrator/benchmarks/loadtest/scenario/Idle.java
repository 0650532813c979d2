package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Measures what the stack uses while it has nothing to do. */
final class Idle {
    private static final double MOST_CORES = 0.05;
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final Duration CALM = Duration.ofSeconds(20);
    private static final Set<String> OTHERS =
            Set.of(Component.POSTGRES.id(), Component.REDIS.id(), Component.TEMPORAL.id(), Target.GENERATOR);

    private Idle() {}

    static void run(Target target, Options options, Report report) throws Exception {
        Duration window = options.duration(WINDOW);
        target.tell("Waiting for calm, then measuring for " + window + ".");
        Thread.sleep(options.warmUp(CALM));
        Map<String, Double> cores = target.cpuMeter(null).during(window);
        Map<String, Double> ownCores = new HashMap<>(cores);
        ownCores.keySet().removeAll(OTHERS);
        double own = Figures.sum(ownCores);
        report.goal(
                        "api, worker, agents and supervisor together under " + Figures.percent(MOST_CORES)
                                + " of a core",
                        cores.isEmpty() ? "this system does not tell" : Figures.percent(own),
                        !cores.isEmpty() && own < MOST_CORES)
                .tables(ReportTable.cores(cores));
    }
}
