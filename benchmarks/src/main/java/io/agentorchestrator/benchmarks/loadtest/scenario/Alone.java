package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.scenario.OneByOne.Times;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.time.Duration;
import java.util.List;

/** Measures the time that one task takes that does nothing, while nothing else is to be done. */
final class Alone {
    private static final SameTasks TASKS = new SameTasks("load-alone", "NORMAL", 0);
    private static final FleetSize FLEET = new FleetSize(1, 10);
    private static final double MOST_MILLIS = 15;
    private static final Duration CALM = Duration.ofSeconds(10);
    private static final int FIRST = 10;
    private static final int TIMES = 40;

    private Alone() {}

    static void run(Target target, Options options, Report report) throws Exception {
        int count = options.tasks(TIMES);
        FleetSize fleet = options.fleetOr(FLEET);
        OneByOne oneByOne = new OneByOne(target, TASKS, 300, 700, options.seed());
        try (LoadAgents agents = target.startAgents(List.of(TASKS.taskType()), fleet)) {
            target.tell(agents.size() + " load agent is up; waiting for calm.");
            Thread.sleep(options.warmUp(CALM));
            oneByOne.run(FIRST);
            Times times = oneByOne.run(count);
            report.millisAtMost("P50 from created to ended", Latencies.millis(times.toEnd(), 50), MOST_MILLIS)
                    .tables(times.table())
                    .table(
                            "Configuration",
                            "tasks",
                            Figures.count(count) + ", after " + FIRST + " that do not count",
                            "pause after each",
                            oneByOne.pauses(),
                            "agents",
                            fleet.words());
        }
    }
}
