package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.OneByOne.Pauses;
import io.agentorchestrator.benchmarks.loadtest.scenario.OneByOne.Times;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.time.Duration;
import java.util.List;

/** Measures the time that one task takes that does nothing, while nothing else is to be done. */
final class Alone {
    private static final SameTasks TASKS = new SameTasks("load-alone", "NORMAL", 0);
    private static final FleetSize FLEET = new FleetSize(1, 10);
    private static final Pauses PAUSES = new Pauses(300, 700);
    private static final double MOST_MILLIS = 15;
    private static final Duration CALM = Duration.ofSeconds(10);
    private static final int FIRST = 10;
    private static final int TIMES = 40;

    private Alone() {}

    static Findings run(Target target, Options options) throws Exception {
        int count = options.tasks(TIMES);
        FleetSize fleet = options.fleetOr(FLEET);
        Times times;
        try (LoadAgents agents = target.startAgents(List.of(TASKS.taskType()), fleet)) {
            target.tell(agents.size() + " load agent is up; waiting for calm.");
            Thread.sleep(options.warmUp(CALM));
            OneByOne oneByOne = new OneByOne(target, TASKS, PAUSES, options.seed());
            oneByOne.run(FIRST);
            times = oneByOne.run(count);
        }
        return Findings.of(
                List.of(GoalVerdict.millisAtMost(
                        "P50 from created to ended", Latencies.millis(times.toEnd(), 50), MOST_MILLIS)),
                times.table(),
                ReportTable.of(
                        "Configuration",
                        "tasks",
                        Figures.count(count) + ", after " + FIRST + " that do not count",
                        "pause after each",
                        PAUSES.words(),
                        "agents",
                        fleet.words()));
    }
}
