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

    private final Target target;
    private final Duration window;
    private final Report report;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Audit> audits = new ArrayList<>();
    private long unsuccessful;

    private Utilization(Target target, Duration window, Report report) {
        this.target = target;
        this.window = window;
        this.report = report;
    }

    /** The goal for a pair: a share of its slots, or tasks a second, whichever is not 0. */
    private record Goal(SlotPair pair, double share, double tasksPerSecond) {
        Goal(int slots, int taskMillis, double share, double tasksPerSecond) {
            this(new SlotPair(slots, taskMillis), share, tasksPerSecond);
        }

        void judge(double busy, double completedPerSecond, Report report) {
            if (tasksPerSecond == 0) {
                report.atLeast(
                        pair + " ms: at least " + Figures.percent(share) + " of the slots busy",
                        busy,
                        share,
                        found -> Figures.percent(found) + ", " + Figures.perSecond(completedPerSecond));
            } else {
                report.atLeast(
                        pair + " ms: at least " + Figures.perSecond(tasksPerSecond),
                        completedPerSecond,
                        tasksPerSecond,
                        found -> Figures.perSecond(found) + ", " + Figures.percent(busy) + " busy");
            }
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new Utilization(target, options.duration(WINDOW), report).run(options);
    }

    private void run(Options options) throws Exception {
        Duration firstWarmUp = options.warmUp(FIRST_WARM_UP);
        Duration warmUp = options.warmUp(WARM_UP);
        for (SlotPair pair : options.pairs(GOALS.stream().map(Goal::pair).toList())) {
            measure(pair, rows.isEmpty() ? firstWarmUp : warmUp);
        }
        report.none("tasks failed or not accepted", unsuccessful)
                .nothingLost(audits.toArray(Audit[]::new))
                .tables(new ReportTable(
                        "Slots x milliseconds of a task",
                        List.of("pair", "busy", "completed", "if always busy", "fewest waiting", "rerouted", "cores"),
                        rows))
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

    private void measure(SlotPair pair, Duration warmUp) throws Exception {
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
            // Tasks that the agent refused or that another had to take.
            double rerouted = worker.total(REROUTED) - before;
            long waiting = backlog.leastSeen();
            Audit audit = backlog.clear(PATIENCE);
            double busy = pair.busy(backlog.log().completedMicros(), from, to);
            double perSecond = backlog.log().completed(from, to)
                    / (Duration.between(from, to).toNanos() / 1e9);
            target.tell(pair + ": " + Figures.percent(busy) + " busy, " + Figures.perSecond(perSecond));
            GOALS.stream()
                    .filter(goal -> goal.pair().equals(pair))
                    .forEach(goal -> goal.judge(busy, perSecond, report));
            audits.add(audit);
            unsuccessful += audit.failed() + backlog.refused();
            rows.add(List.of(
                    pair.toString(),
                    Figures.percent(busy),
                    Figures.perSecond(perSecond),
                    Figures.perSecond(pair.fullRate()),
                    Figures.count(waiting),
                    Double.isNaN(rerouted) ? "unknown" : Figures.count(rerouted),
                    Figures.decimal(Figures.sum(cores))));
        }
    }
}
