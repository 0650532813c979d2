package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Prometheus;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** Measures how busy an agent is kept while tasks wait for it, however long they last. */
final class Utilization implements Scenario {
    private static final Map<SlotPair, Goal> GOALS = goals();
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    /** The stack may have just started. */
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(20);
    /** More than a busy agent takes, so that little is submitted while it is measured. */
    private static final double MARGIN = 1.3;

    private static final Duration LEAST_BACKLOG = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String REROUTED = "agent_tasks_rerouted_total";

    /** The goal for a pair: a share of its slots, or tasks a second. */
    private sealed interface Goal {
        record Busy(double share) implements Goal {}

        record Rate(double tasksPerSecond) implements Goal {}
    }

    private static SequencedMap<SlotPair, Goal> goals() {
        SequencedMap<SlotPair, Goal> goals = new LinkedHashMap<>();
        goals.put(new SlotPair(1, 100), new Goal.Busy(0.9));
        goals.put(new SlotPair(10, 100), new Goal.Busy(0.9));
        goals.put(new SlotPair(30, 50), new Goal.Busy(0.9));
        goals.put(new SlotPair(100, 100), new Goal.Busy(0.9));
        goals.put(new SlotPair(100, 200), new Goal.Busy(0.9));
        goals.put(new SlotPair(100, 1_000), new Goal.Busy(0.9));
        goals.put(new SlotPair(1_000, 1_000), new Goal.Busy(0.9));
        goals.put(new SlotPair(100, 50), new Goal.Rate(1_400));
        goals.put(new SlotPair(10, 10), new Goal.Busy(0.8));
        goals.put(new SlotPair(1, 5), new Goal.Busy(0.8));
        return goals;
    }

    @Override
    public String scenarioName() {
        return "utilization";
    }

    @Override
    public String what() {
        return "Measures how busy one agent is while tasks wait for it, for numbers of slots and lengths of tasks, one pair after the"
                + " other.";
    }

    /** The times for which a pair is warmed up and measured. */
    private record Times(Duration warmUp, Duration window) {
        static Times of(Options options, boolean first) {
            Duration own = first ? FIRST_WARM_UP : WARM_UP;
            return new Times(
                    options.warmUp() == null ? own : options.warmUp(),
                    options.duration() == null ? WINDOW : options.duration());
        }
    }

    /**
     * The findings on one pair.
     *
     * @param waiting the fewest tasks that were seen waiting
     * @param rerouted tasks that the agent refused or that another had to take
     */
    private record Found(
            SlotPair pair,
            double busy,
            double tasksPerSecond,
            long waiting,
            OptionalDouble rerouted,
            long refused,
            Audit audit,
            Map<String, Double> cores) {
        String words() {
            return pair + ": " + Figures.percent(busy) + " busy, " + Figures.perSecond(tasksPerSecond);
        }

        List<String> row() {
            return List.of(
                    pair.toString(),
                    Figures.percent(busy),
                    Figures.perSecond(tasksPerSecond),
                    Figures.perSecond(pair.fullRate()),
                    Figures.count(waiting),
                    rerouted.isPresent() ? Figures.count((long) rerouted.getAsDouble()) : "unknown",
                    Figures.decimal(cores.values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum()));
        }

        List<GoalVerdict> verdicts() {
            return switch (GOALS.get(pair)) {
                case null -> List.of();
                case Goal.Busy(double share) ->
                    List.of(GoalVerdict.atLeast(
                            pair + " ms: at least " + Figures.percent(share) + " of the slots busy",
                            busy,
                            share,
                            Figures.percent(busy) + ", " + Figures.perSecond(tasksPerSecond)));
                case Goal.Rate(double least) ->
                    List.of(GoalVerdict.atLeast(
                            pair + " ms: at least " + Figures.perSecond(least),
                            tasksPerSecond,
                            least,
                            Figures.perSecond(tasksPerSecond) + ", " + Figures.percent(busy) + " busy"));
            };
        }
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        List<SlotPair> pairs = options.pairs().isEmpty() ? List.copyOf(GOALS.keySet()) : options.pairs();
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        List<Found> found = new ArrayList<>();
        for (SlotPair pair : pairs) {
            Found next = measure(target, pair, Times.of(options, found.isEmpty()));
            target.told().accept(next.words());
            found.add(next);
        }
        List<ReportTable> tables = new ArrayList<>();
        tables.add(new ReportTable(
                "Slots x milliseconds of a task",
                List.of("pair", "busy", "completed", "if always busy", "fewest waiting", "rerouted", "cores"),
                found.stream().map(Found::row).toList()));
        tables.add(settings(options));
        tables.addAll(circumstances);
        return new Report(scenarioName(), what(), at, verdicts(found), tables, null, List.of(), 0);
    }

    private static Found measure(Target target, SlotPair pair, Times times) throws Exception {
        SameTasks tasks = new SameTasks("load-" + pair, "NORMAL", pair.taskMillis());
        Duration all = times.warmUp().plus(times.window());
        long first = (long) (MARGIN * pair.fullTasks(all));
        try (Prometheus worker = new Prometheus(target.settings().ports().workerUrl());
                LoadAgents agents = target.startAgents(List.of(tasks.taskType()), new FleetSize(1, pair.slots()));
                StandingBacklog backlog = new StandingBacklog(target, tasks, first, pair.fullTasks(LEAST_BACKLOG))) {
            LoadRun.sleepUntil(Instant.now().plus(times.warmUp()));
            CpuMeter cpu = target.cpuMeter(agents);
            OptionalDouble before = worker.total(REROUTED);
            cpu.begin();
            Instant from = Instant.now();
            LoadRun.sleepUntil(from.plus(times.window()));
            Instant to = Instant.now();
            cpu.sample();
            OptionalDouble after = worker.total(REROUTED);
            long waiting = backlog.leastSeen();
            StandingBacklog.Cleared cleared = backlog.clear(PATIENCE);
            return new Found(
                    pair,
                    pair.busy(cleared.completedMicros(), from, to),
                    perSecond(cleared.completedMicros(), from, to),
                    waiting,
                    before.isPresent() && after.isPresent()
                            ? OptionalDouble.of(after.getAsDouble() - before.getAsDouble())
                            : OptionalDouble.empty(),
                    backlog.refused(),
                    cleared.audit(),
                    cpu.cores());
        }
    }

    private static double perSecond(List<Long> endedMicros, Instant from, Instant to) {
        long first = Latencies.micros(from);
        long last = Latencies.micros(to);
        long inside = endedMicros.stream()
                .filter(ended -> ended >= first && ended < last)
                .count();
        return inside * 1e6 / (last - first);
    }

    private static ReportTable settings(Options options) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        Times first = Times.of(options, true);
        Times later = Times.of(options, false);
        rows.put("warm-up", first.warmUp() + " of the first pair, " + later.warmUp() + " of the others");
        rows.put("measured", later.window() + " each");
        rows.put("agents", "one at a time, of a type of its own");
        rows.put("busy", "completed tasks, each for as long as it lasts, over slots and time");
        return ReportTable.of("Configuration", "", "", rows);
    }

    private static List<GoalVerdict> verdicts(List<Found> found) {
        List<GoalVerdict> verdicts = new ArrayList<>();
        found.forEach(each -> verdicts.addAll(each.verdicts()));
        verdicts.add(GoalVerdict.none(
                "tasks failed or not accepted",
                found.stream()
                        .mapToLong(each -> each.audit().failed() + each.refused())
                        .sum()));
        verdicts.add(GoalVerdict.none(
                "tasks lost",
                found.stream().mapToLong(each -> each.audit().lost()).sum()));
        verdicts.add(GoalVerdict.none(
                "tasks completed twice",
                found.stream().mapToLong(each -> each.audit().doubled()).sum()));
        return verdicts;
    }
}
