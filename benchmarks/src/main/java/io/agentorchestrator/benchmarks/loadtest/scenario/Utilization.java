package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Prometheus;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures how busy an agent is kept while tasks wait for it, however long they last. */
final class Utilization {
    private static final List<Goal> GOALS = List.of(
            new Goal(1, 100, 0.9, 0),
            new Goal(10, 100, 0.9, 0),
            new Goal(30, 50, 0.9, 0),
            new Goal(100, 100, 0.9, 0),
            new Goal(100, 200, 0.9, 0),
            new Goal(100, 1_000, 0.9, 0),
            new Goal(1_000, 1_000, 0.9, 0),
            new Goal(100, 50, 0, 1_400),
            new Goal(10, 10, 0.8, 0),
            new Goal(1, 5, 0.8, 0));
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    /** The stack may have just started. */
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(20);
    /** More than a busy agent takes, so that little is submitted while it is measured. */
    private static final double MARGIN = 1.3;

    private static final Duration LEAST_BACKLOG = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String REROUTED = "agent_tasks_rerouted_total";

    private Utilization() {}

    /** The goal for a pair: a share of its slots, or tasks a second, whichever is not 0. */
    private record Goal(SlotPair pair, double share, double tasksPerSecond) {
        Goal(int slots, int taskMillis, double share, double tasksPerSecond) {
            this(new SlotPair(slots, taskMillis), share, tasksPerSecond);
        }

        void judge(Found found, Report report) {
            String busy = Figures.percent(found.busy());
            String rate = Figures.perSecond(found.tasksPerSecond());
            if (tasksPerSecond == 0) {
                report.goal(
                        pair + " ms: at least " + Figures.percent(share) + " of the slots busy",
                        busy + ", " + rate,
                        found.busy() >= share);
            } else {
                report.goal(
                        pair + " ms: at least " + Figures.perSecond(tasksPerSecond),
                        rate + ", " + busy + " busy",
                        found.tasksPerSecond() >= tasksPerSecond);
            }
        }
    }

    /**
     * The findings on one pair.
     *
     * @param waiting the fewest tasks that were seen waiting
     * @param rerouted tasks that the agent refused or that another had to take; NaN where the worker does not tell
     */
    private record Found(
            SlotPair pair,
            double busy,
            double tasksPerSecond,
            long waiting,
            double rerouted,
            long refused,
            Audit audit,
            Map<String, Double> cores) {
        List<String> row() {
            return List.of(
                    pair.toString(),
                    Figures.percent(busy),
                    Figures.perSecond(tasksPerSecond),
                    Figures.perSecond(pair.fullRate()),
                    Figures.count(waiting),
                    Double.isNaN(rerouted) ? "unknown" : Figures.count(rerouted),
                    Figures.decimal(Figures.sum(cores)));
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        Duration firstWarmUp = options.warmUp(FIRST_WARM_UP);
        Duration warmUp = options.warmUp(WARM_UP);
        Duration window = options.duration(WINDOW);
        List<Found> found = new ArrayList<>();
        for (SlotPair pair : options.pairs(GOALS.stream().map(Goal::pair).toList())) {
            Found next = measure(target, pair, found.isEmpty() ? firstWarmUp : warmUp, window);
            target.tell(
                    pair + ": " + Figures.percent(next.busy()) + " busy, " + Figures.perSecond(next.tasksPerSecond()));
            found.add(next);
        }
        for (Found each : found) {
            GOALS.stream().filter(goal -> goal.pair().equals(each.pair())).forEach(goal -> goal.judge(each, report));
        }
        report.none(
                        "tasks failed or not accepted",
                        found.stream()
                                .mapToLong(each -> each.audit().failed() + each.refused())
                                .sum())
                .nothingLost(found.stream().map(Found::audit).toArray(Audit[]::new))
                .tables(new ReportTable(
                        "Slots x milliseconds of a task",
                        List.of("pair", "busy", "completed", "if always busy", "fewest waiting", "rerouted", "cores"),
                        found.stream().map(Found::row).toList()))
                .table(
                        "Configuration",
                        "warm-up",
                        firstWarmUp + " of the first pair, " + warmUp + " of the others",
                        "measured",
                        window + " each",
                        "agents",
                        "one at a time, of a type of its own",
                        "busy",
                        "completed tasks, each for as long as it lasts, over slots and time");
    }

    private static Found measure(Target target, SlotPair pair, Duration warmUp, Duration window) throws Exception {
        SameTasks tasks = new SameTasks("load-" + pair, "NORMAL", pair.taskMillis());
        long first = (long) (MARGIN * pair.fullTasks(warmUp.plus(window)));
        Prometheus worker = target.worker();
        try (LoadAgents agents = target.startAgents(List.of(tasks.taskType()), new FleetSize(1, pair.slots()));
                StandingBacklog backlog = new StandingBacklog(target, tasks, first, pair.fullTasks(LEAST_BACKLOG))) {
            Thread.sleep(warmUp);
            double before = worker.total(REROUTED);
            Instant from = Instant.now();
            Map<String, Double> cores = target.cpuMeter(agents).during(window);
            Instant to = Instant.now();
            double rerouted = worker.total(REROUTED) - before;
            long waiting = backlog.leastSeen();
            Audit audit = backlog.clear(PATIENCE);
            double seconds = Duration.between(from, to).toNanos() / 1e9;
            return new Found(
                    pair,
                    pair.busy(backlog.log().completedMicros(), from, to),
                    backlog.log().completed(from, to) / seconds,
                    waiting,
                    rerouted,
                    backlog.refused(),
                    audit,
                    cores);
        }
    }
}
