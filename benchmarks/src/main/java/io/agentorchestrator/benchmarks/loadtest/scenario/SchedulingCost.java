package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Compares the processor time of a task with all of scheduling in use and with none: the standard mix at one rate, each task by itself, in turns on one stack
 * with the same agents. Turns of a round draw the same tasks; which of them comes first changes from round to round.
 */
final class SchedulingCost {
    private static final double RATE = 700;
    private static final int ROUNDS = 2;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration DURATION = Duration.ofSeconds(40);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    /** From the beginning of a turn: no task of it is late. */
    private static final Duration DEADLINE = Duration.ofHours(2);

    private static final double MOST_RATIO = 1.10;
    private static final String STACK = "the stack, together";

    /** A turn, and its part of the round. */
    private record Turn(int round, boolean on, Measured measured) {
        /** Milliseconds of processor time for each completed task, by process. */
        SequencedMap<String, Double> millisATask() {
            SequencedMap<String, Double> millis = new LinkedHashMap<>();
            measured.cores().forEach((name, cores) -> millis.put(name, 1e3 * cores / measured.completedPerSecond()));
            Map<String, Double> stack = new LinkedHashMap<>(millis);
            stack.remove(Target.LOAD_AGENTS);
            stack.remove(Target.GENERATOR);
            millis.put(STACK, Figures.sum(stack));
            return millis;
        }

        List<String> row() {
            return List.of(
                    Integer.toString(round),
                    on ? "on" : "off",
                    Figures.perSecond(measured.completedPerSecond()),
                    Figures.millis(measured.latencies().submissionMillis(99)),
                    Figures.millis(measured.latencies().completionMillis(99)),
                    Figures.millis(millisATask().getOrDefault(STACK, Double.NaN)));
        }
    }

    private SchedulingCost() {}

    static void run(Target target, Options options, Report report) throws Exception {
        Pace pace = options.pace(RATE, WARM_UP, DURATION);
        LoadPlan off = LoadPlan.singly(options, pace, options.mix(), SETTLE_LIMIT);
        List<Turn> turns = new ArrayList<>();
        String run = "load-" + Long.toString(Instant.now().getEpochSecond(), Character.MAX_RADIX);
        try (LoadAgents agents = target.startAgents(off.mix().typeNames(), off.fleet());
                SchedulingInUse scheduling = new SchedulingInUse(target, run)) {
            for (int round = 1; round <= options.rounds(ROUNDS); round++) {
                for (boolean on : round % 2 == 1 ? List.of(false, true) : List.of(true, false)) {
                    target.tell("Round " + round + ", " + (on ? "all of scheduling in use." : "all off."));
                    scheduling.set(on);
                    LoadPlan plan = on ? inUse(off, scheduling.tenants) : off;
                    Turn turn = new Turn(round, on, LoadRun.run(target, plan, agents));
                    turns.add(turn);
                    target.tell("  " + String.join(", ", turn.row()));
                }
            }
        }
        tell(report, turns, off);
    }

    private static LoadPlan inUse(LoadPlan off, List<String> tenants) {
        return off.ofTenants(
                tenants,
                Requests.ofTenants(off.mix(), off.seed(), tenants, Instant.now().plus(DEADLINE)));
    }

    private static void tell(Report report, List<Turn> turns, LoadPlan plan) {
        List<Measured> all = turns.stream().map(Turn::measured).toList();
        double least = SteadyLoad.HELD * plan.pace().tasksPerSecond();
        double accepted =
                all.stream().mapToDouble(Measured::acknowledgedPerSecond).min().orElse(0);
        double completed =
                all.stream().mapToDouble(Measured::completedPerSecond).min().orElse(0);
        SequencedMap<String, Double> off = mean(turns, false);
        SequencedMap<String, Double> on = mean(turns, true);
        double ratio = on.getOrDefault(STACK, Double.NaN) / off.getOrDefault(STACK, Double.NaN);
        report.goal(
                        "with all of scheduling in use a task takes at most " + Figures.percent(MOST_RATIO)
                                + " of the processor time of the stack",
                        Double.isNaN(ratio) ? "this system does not tell" : Figures.percent(ratio),
                        ratio <= MOST_RATIO)
                .atLeast(
                        "accepted at least " + Figures.perSecond(least) + " in every turn",
                        accepted,
                        least,
                        Figures::perSecond)
                .atLeast(
                        "completed at least " + Figures.perSecond(least) + " in every turn",
                        completed,
                        least,
                        Figures::perSecond)
                .none(
                        "tasks shed or refused",
                        all.stream().mapToLong(each -> each.refused().total()).sum())
                .none(
                        "tasks failed",
                        all.stream().mapToLong(each -> each.audit().failed()).sum())
                .nothingLost(all.stream().map(Measured::audit).toArray(Audit[]::new))
                .tables(
                        new ReportTable(
                                "Turns",
                                List.of(
                                        "round",
                                        "scheduling",
                                        "completed",
                                        "P99 of submission",
                                        "P99 of completion",
                                        "processor time of the stack for a task"),
                                turns.stream().map(Turn::row).toList()),
                        new ReportTable(
                                "Processor time for a task, mean of the rounds",
                                List.of("process, with its children", "off", "on", "on, of off"),
                                off.keySet().stream()
                                        .map(name -> row(name, off, on))
                                        .toList()),
                        plan.table())
                .table(
                        "In use, in turns that are on",
                        "flags",
                        "cost_based_scheduling, critical_path_analysis, dag_optimization, load_shedding; else all off",
                        "strategy",
                        "COST_BASED; else LEAST_LOADED",
                        "tenants",
                        "10 in turns, of weights 1 to 10, each with a budget a day in money and tokens; else the default tenant",
                        "limit",
                        "1,000,000 in flight, of each task type",
                        "tasks",
                        "every fourth with a budget of its own, every fourth with a deadline two hours off");
    }

    private static List<String> row(String name, Map<String, Double> off, Map<String, Double> on) {
        double before = off.getOrDefault(name, Double.NaN);
        double with = on.getOrDefault(name, Double.NaN);
        return List.of(
                name, Figures.decimal(before) + " ms", Figures.decimal(with) + " ms", Figures.percent(with / before));
    }

    private static SequencedMap<String, Double> mean(List<Turn> turns, boolean on) {
        List<SequencedMap<String, Double>> all = turns.stream()
                .filter(turn -> turn.on() == on)
                .map(Turn::millisATask)
                .toList();
        SequencedMap<String, Double> mean = new LinkedHashMap<>();
        all.getFirst()
                .keySet()
                .forEach(name -> mean.put(
                        name,
                        IntStream.range(0, all.size())
                                .mapToDouble(each -> all.get(each).getOrDefault(name, 0.0))
                                .average()
                                .orElse(Double.NaN)));
        return mean;
    }
}
