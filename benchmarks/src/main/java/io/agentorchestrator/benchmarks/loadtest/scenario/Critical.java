package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.scenario.OneByOne.Times;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.time.Duration;
import java.util.List;

/** Measures how long CRITICAL tasks wait while NORMAL ones fill every slot and queue. */
final class Critical {
    private static final String TYPE = "load-critical";
    private static final int TASK_MILLIS = 50;
    private static final SameTasks CRITICAL = new SameTasks(TYPE, "CRITICAL", TASK_MILLIS);
    private static final SameTasks NORMAL = new SameTasks(TYPE, "NORMAL", TASK_MILLIS);
    private static final FleetSize FLEET = new FleetSize(1, 30);
    private static final double MOST_MILLIS = 300;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration FIRST_BACKLOG = Duration.ofSeconds(30);
    private static final Duration LEAST_BACKLOG = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TIMES = 60;

    private Critical() {}

    static void run(Target target, Options options, Report report) throws Exception {
        int count = options.tasks(TIMES);
        FleetSize fleet = options.fleetOr(FLEET);
        SlotPair pair = new SlotPair(fleet.slots(), TASK_MILLIS);
        OneByOne oneByOne = new OneByOne(target, CRITICAL, 100, 300, options.seed());
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet);
                StandingBacklog backlog = new StandingBacklog(
                        target, NORMAL, pair.fullTasks(FIRST_BACKLOG), pair.fullTasks(LEAST_BACKLOG))) {
            target.tell("NORMAL tasks wait for " + Figures.count(agents.slots()) + " slots.");
            Thread.sleep(options.warmUp(WARM_UP));
            Times times = oneByOne.run(count);
            long waiting = backlog.leastSeen();
            Audit normal = backlog.clear(PATIENCE);
            report.millisAtMost(
                            "P99 from created to started, of CRITICAL tasks",
                            Latencies.millis(times.toStart(), 99),
                            MOST_MILLIS)
                    .goal("NORMAL tasks wait all the time", "at least " + Figures.count(waiting), waiting > 0)
                    .none("NORMAL tasks failed or not accepted", normal.failed() + backlog.refused())
                    .nothingLost(normal)
                    .tables(times.table())
                    .table(
                            "Configuration",
                            "CRITICAL tasks",
                            count,
                            "pause after each",
                            oneByOne.pauses(),
                            "NORMAL tasks, fewest that waited",
                            waiting,
                            "agents",
                            fleet.words());
        }
    }
}
