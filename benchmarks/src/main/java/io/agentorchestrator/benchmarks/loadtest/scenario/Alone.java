package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.OneByOne.Pauses;
import io.agentorchestrator.benchmarks.loadtest.scenario.OneByOne.Times;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Measures the time that one task takes that does nothing, while nothing else is to be done. */
final class Alone implements Scenario {
    private static final SameTasks TASKS = new SameTasks("load-alone", "NORMAL", 0);
    private static final FleetSize FLEET = new FleetSize(1, 10);
    private static final Pauses PAUSES = new Pauses(300, 700);
    private static final double MOST_MILLIS = 15;
    private static final Duration CALM = Duration.ofSeconds(10);
    private static final int FIRST = 10;
    private static final int TIMES = 40;

    @Override
    public String scenarioName() {
        return "alone";
    }

    @Override
    public String what() {
        return "Runs single tasks that do nothing, each some time after the one before, and looks how long they take.";
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        int count = options.tasks() == null ? TIMES : options.tasks();
        FleetSize fleet = options.fleetOr(FLEET);
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        Times times;
        try (LoadAgents agents = target.startAgents(List.of(TASKS.taskType()), fleet)) {
            target.told().accept(agents.size() + " load agent is up; waiting for calm.");
            LoadRun.sleepUntil(Instant.now().plus(options.warmUp() == null ? CALM : options.warmUp()));
            OneByOne oneByOne = new OneByOne(target, TASKS, PAUSES, options.seed());
            oneByOne.run(FIRST);
            times = oneByOne.run(count);
        }
        List<ReportTable> tables = new ArrayList<>(List.of(Tables.times(times)));
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks", Figures.count(count) + ", after " + FIRST + " that do not count");
        settings.put("pause after each", PAUSES.words());
        settings.put("agents", fleet.words());
        tables.add(ReportTable.of("Configuration", "", "", settings));
        tables.addAll(circumstances);
        return new Report(
                scenarioName(),
                what(),
                at,
                List.of(GoalVerdict.millisAtMost(
                        "P50 from created to ended", Latencies.millis(times.toEnd(), 50), MOST_MILLIS)),
                tables,
                null,
                List.of(),
                0);
    }
}
