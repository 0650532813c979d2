package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Submits twice as much as the agents can do, against a limit of open tasks that is ten seconds' work, and looks what becomes of what is accepted. The
 * capacity that it goes by is measured first, with the same agents and a backlog in front of them.
 */
final class Overload {
    private static final String LIMIT = "max_open_tasks";
    private static final String SHED = "503 SHED";
    private static final int TASK_MILLIS = 100;
    private static final FleetSize FLEET = new FleetSize(1, 50);
    private static final Mix MIX = new Mix(1, 0, 0, TASK_MILLIS, 0, TASK_MILLIS, Mix.Trouble.NONE);
    private static final String TYPE = MIX.typeNames().getFirst();
    private static final SameTasks NORMAL = new SameTasks(TYPE, "NORMAL", TASK_MILLIS);
    private static final SameTasks CRITICAL = new SameTasks(TYPE, "CRITICAL", TASK_MILLIS);

    private static final double TIMES_CAPACITY = 2;
    private static final Duration LIMIT_OF_WORK = Duration.ofSeconds(10);
    /** Some part of the limit may be exceeded between two counts, and CRITICAL tasks go first. */
    private static final double MOST_OF_LIMIT = 1.5;

    private static final double LEAST_GOODPUT = 0.95;
    private static final double MOST_CRITICAL_MILLIS = 300;
    private static final Duration DURATION = Duration.ofMinutes(5);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration CAPACITY_WARM_UP = Duration.ofSeconds(20);
    private static final Duration CAPACITY_WINDOW = Duration.ofSeconds(30);
    private static final Duration LEAST_BACKLOG = Duration.ofSeconds(3);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Of whose heaps the least counts, which is after a collection. */
    private static final Duration HEAP_WINDOW = Duration.ofSeconds(30);

    private final Target target;
    private final Options options;
    private OneByOne.Times critical = new OneByOne.Times();

    private Overload(Target target, Options options) {
        this.target = target;
        this.options = options;
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new Overload(target, options).run(report);
    }

    private void run(Report report) throws Exception {
        FleetSize fleet = options.fleetOr(FLEET);
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet)) {
            double capacity = capacity(new SlotPair(fleet.slots(), TASK_MILLIS));
            long limit = Math.round(capacity * LIMIT_OF_WORK.toSeconds());
            target.tell("Capacity is " + Figures.perSecond(capacity) + "; at most " + Figures.count(limit)
                    + " tasks may be open.");
            String before = target.tasks().setting(LIMIT);
            target.tasks().set(LIMIT, Long.toString(limit));
            try (Vitals vitals = target.vitals(LOOK_EVERY)) {
                Measured measured = LoadRun.run(target, plan(capacity, fleet), agents);
                tell(report, measured, capacity, limit);
                heaps(report, measured, vitals.seen());
            } finally {
                target.tasks().set(LIMIT, before);
            }
        }
    }

    /** Tasks a second that the agents complete while others wait. */
    private double capacity(SlotPair pair) throws Exception {
        long first = pair.fullTasks(CAPACITY_WARM_UP.plus(CAPACITY_WINDOW));
        try (StandingBacklog backlog = new StandingBacklog(target, NORMAL, first, pair.fullTasks(LEAST_BACKLOG))) {
            Thread.sleep(CAPACITY_WARM_UP);
            Instant from = Instant.now();
            Thread.sleep(CAPACITY_WINDOW);
            Instant to = Instant.now();
            backlog.clear(SETTLE_LIMIT);
            double perSecond = backlog.log().completed(from, to)
                    / (Duration.between(from, to).toNanos() / 1e9);
            if (perSecond < 1) {
                throw new CliFailure("The agents completed next to nothing in " + CAPACITY_WINDOW.toSeconds()
                        + " s: the machine has other work, or the stack has just started; try again.");
            }
            return perSecond;
        }
    }

    private LoadPlan plan(double capacity, FleetSize fleet) {
        Pace pace = options.pace(TIMES_CAPACITY * capacity, WARM_UP, DURATION);
        OneByOne oneByOne = new OneByOne(target, CRITICAL, 100, 300, options.seed());
        return new LoadPlan(
                pace,
                MIX,
                options.seed(),
                earlier -> NORMAL::single,
                RetryMode.ONCE,
                fleet,
                (agents, from, to) -> {
                    critical = oneByOne.until(to);
                    LoadRun.sleepUntil(to);
                    return Map.of();
                },
                List.of(),
                List.of(),
                SETTLE_LIMIT);
    }

    private void tell(Report report, Measured measured, double capacity, long limit) {
        double goodput = measured.completedPerSecond() + critical.toEnd().getTotalCount() / measured.seconds();
        Map<String, Long> refused = measured.refused().counts();
        long shed = refused.getOrDefault(SHED, 0L);
        List<Timeline.Second> seconds = Timeline.of(measured.start(), measured.log());
        int first = (int) measured.plan().pace().warmUp().toSeconds();
        int last = first + (int) measured.plan().pace().length().toSeconds();
        long idle = seconds.stream()
                .filter(second -> second.second() >= first && second.second() < last && second.accepted() == 0)
                .count();
        report.atLeast(
                        "goodput at least " + Figures.percent(LEAST_GOODPUT) + " of the capacity",
                        goodput / capacity,
                        LEAST_GOODPUT,
                        Figures::percent)
                .millisAtMost(
                        "P99 of completion, of what was accepted",
                        measured.latencies().completionMillis(99),
                        MOST_OF_LIMIT * LIMIT_OF_WORK.toMillis())
                .none(
                        "accepted tasks that did not complete",
                        measured.log().size() - measured.audit().completed())
                .goal("tasks are shed", Figures.count(shed), shed > 0)
                .none("tasks refused otherwise", measured.refused().total() - shed)
                .none("seconds in which no task was accepted", idle)
                .millisAtMost(
                        "P99 from created to started, of CRITICAL tasks, none of which is refused",
                        Latencies.millis(critical.toStart(), 99),
                        MOST_CRITICAL_MILLIS)
                .nothingLost(measured.audit());
        report.table(
                "Overload",
                "capacity, measured before",
                Figures.perSecond(capacity),
                "goodput",
                Figures.perSecond(goodput),
                LIMIT,
                Figures.count(limit),
                "CRITICAL tasks",
                Figures.count(critical.toEnd().getTotalCount()));
        measured.tell(report, critical.table());
    }

    private static void heaps(Report report, Measured measured, List<Vital> seen) {
        List<List<Vital>> windows = new ArrayList<>();
        for (Instant from = measured.from();
                !from.plus(HEAP_WINDOW).isAfter(measured.to());
                from = from.plus(HEAP_WINDOW)) {
            windows.add(Vitals.between(seen, from, from.plus(HEAP_WINDOW)));
        }
        report.goal(heap("heap of the api", windows, Vital::apiHeap))
                .goal(heap("heap of the worker", windows, Vital::workerHeap));
    }

    private static GoalVerdict heap(String what, List<List<Vital>> windows, ToDoubleFunction<Vital> heap) {
        return Drift.ofHeap(what)
                .verdict(windows.stream()
                        .map(window -> Vitals.least(window, heap))
                        .toList());
    }
}
