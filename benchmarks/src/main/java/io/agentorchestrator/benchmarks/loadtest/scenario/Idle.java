package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Measures what the stack uses while it has nothing to do. */
final class Idle implements Scenario {
    private static final double MOST_CORES = 0.05;
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final Duration CALM = Duration.ofSeconds(20);
    private static final Set<String> OTHERS =
            Set.of(Component.POSTGRES.id(), Component.REDIS.id(), Component.TEMPORAL.id());

    @Override
    public String scenarioName() {
        return "idle";
    }

    @Override
    public String what() {
        return "Measures for a minute what the stack's processes use while there is nothing to do.";
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        List<ReportTable> circumstances = Tables.circumstances(target);
        Duration window = options.duration() == null ? WINDOW : options.duration();
        Instant at = Instant.now();
        target.told().accept("Waiting for calm, then measuring for " + window + ".");
        LoadRun.sleepUntil(at.plus(options.warmUp() == null ? CALM : options.warmUp()));
        CpuMeter cpu = target.cpuMeter(null);
        cpu.begin();
        LoadRun.sleepUntil(Instant.now().plus(window));
        cpu.sample();
        SequencedMap<String, Double> cores = cpu.cores();
        double own = cores.entrySet().stream()
                .filter(each ->
                        !OTHERS.contains(each.getKey()) && !each.getKey().equals(Target.GENERATOR))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        List<ReportTable> tables = new ArrayList<>(List.of(Tables.cores(cores)));
        tables.addAll(circumstances);
        return new Report(
                scenarioName(),
                what(),
                at,
                List.of(new GoalVerdict(
                        "api, worker, agents and supervisor together under " + Figures.percent(MOST_CORES)
                                + " of a core",
                        cores.isEmpty() ? "this system does not tell" : Figures.percent(own),
                        !cores.isEmpty() && own < MOST_CORES)),
                tables,
                null,
                List.of(),
                0);
    }
}
