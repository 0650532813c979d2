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

/** Measures how long CRITICAL tasks wait while NORMAL ones fill every slot and queue. */
final class Critical implements Scenario {
    private static final String TYPE = "load-critical";
    private static final int TASK_MILLIS = 50;
    private static final SameTasks CRITICAL = new SameTasks(TYPE, "CRITICAL", TASK_MILLIS);
    private static final SameTasks NORMAL = new SameTasks(TYPE, "NORMAL", TASK_MILLIS);
    private static final FleetSize FLEET = new FleetSize(1, 30);
    private static final Pauses PAUSES = new Pauses(100, 300);
    private static final double MOST_MILLIS = 300;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration FIRST_BACKLOG = Duration.ofSeconds(30);
    private static final Duration LEAST_BACKLOG = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TIMES = 60;

    @Override
    public String scenarioName() {
        return "critical";
    }

    @Override
    public String what() {
        return "Submits CRITICAL tasks one by one while NORMAL ones of 50 ms fill every slot and queue of their agent, and looks how"
                + " long they wait.";
    }

    /** The findings on both. */
    private record Found(Times times, long waiting, long refused, StandingBacklog.Cleared normal) {}

    @Override
    public Report run(Target target, Options options) throws Exception {
        int count = options.tasks() == null ? TIMES : options.tasks();
        FleetSize fleet = options.fleetOr(FLEET);
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        Found found = measure(target, options, fleet, count);
        List<ReportTable> tables = new ArrayList<>();
        tables.add(Tables.times(found.times()));
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("CRITICAL tasks", Figures.count(count));
        settings.put("pause after each", PAUSES.words());
        settings.put("NORMAL tasks, fewest that waited", Figures.count(found.waiting()));
        settings.put("agents", fleet.words());
        tables.add(ReportTable.of("Configuration", "", "", settings));
        tables.addAll(circumstances);
        List<GoalVerdict> verdicts = List.of(
                GoalVerdict.millisAtMost(
                        "P99 from created to started, of CRITICAL tasks",
                        Latencies.millis(found.times().toStart(), 99),
                        MOST_MILLIS),
                new GoalVerdict(
                        "NORMAL tasks wait all the time",
                        "at least " + Figures.count(found.waiting()),
                        found.waiting() > 0),
                GoalVerdict.none(
                        "NORMAL tasks failed or not accepted",
                        found.normal().audit().failed() + found.refused()),
                GoalVerdict.none("tasks lost", found.normal().audit().lost()),
                GoalVerdict.none("tasks completed twice", found.normal().audit().doubled()));
        return new Report(scenarioName(), what(), at, verdicts, tables, null, List.of(), 0);
    }

    private static Found measure(Target target, Options options, FleetSize fleet, int count) throws Exception {
        SlotPair agents = new SlotPair(fleet.agents() * fleet.slotsEach(), TASK_MILLIS);
        try (LoadAgents load = target.startAgents(List.of(TYPE), fleet);
                StandingBacklog backlog = new StandingBacklog(
                        target, NORMAL, agents.fullTasks(FIRST_BACKLOG), agents.fullTasks(LEAST_BACKLOG))) {
            target.told().accept("NORMAL tasks wait for " + Figures.count(load.slots()) + " slots.");
            LoadRun.sleepUntil(Instant.now().plus(options.warmUp() == null ? WARM_UP : options.warmUp()));
            Times times = new OneByOne(target, CRITICAL, PAUSES, options.seed()).run(count);
            long waiting = backlog.leastSeen();
            return new Found(times, waiting, backlog.refused(), backlog.clear(PATIENCE));
        }
    }
}
