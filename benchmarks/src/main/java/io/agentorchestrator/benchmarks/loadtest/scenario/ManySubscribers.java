package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Subscribers;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.cli.process.Patience;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Measures the cost of subscribers to a busy tenant: the same load without and with them, one after the other. */
final class ManySubscribers {
    private static final int SUBSCRIBERS = 200;
    private static final double RATE = 500;
    /** Of what completes without subscribers, this much must complete with them. */
    private static final double LEAST_SHARE = 0.9;
    /** Each task is published as QUEUED, RUNNING and COMPLETED at least. */
    private static final int EVENTS_PER_TASK = 3;

    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    private static final Duration CATCH_UP_PAUSE = Duration.ofMillis(200);

    private ManySubscribers() {}

    /** The names of what {@link Part#column} tells. */
    private static final List<String> ROWS = List.of(
            "completed",
            "P99 of submission",
            "P99 of completion",
            "events delivered",
            "api: connections taken of its pools",
            "api: peak heap, garbage included",
            "api: cores",
            "generator: cores");

    /** A run, and what was seen of the processes meanwhile. */
    private record Part(Measured run, List<Vital> vitals) {
        static Part of(Target target, LoadPlan plan, LoadAgents agents) throws Exception {
            try (Vitals watching = target.vitals(LOOK_EVERY)) {
                return new Part(LoadRun.run(target, plan, agents), watching.seen());
            }
        }

        List<String> column(String events) {
            return List.of(
                    Figures.perSecond(run.completedPerSecond()),
                    Figures.millis(run.latencies().submissionMillis(99)),
                    Figures.millis(run.latencies().completionMillis(99)),
                    events,
                    Figures.perSecond(takenPerSecond()),
                    Figures.mebibytes(Vitals.peak(vitals, Vital::apiHeap)),
                    cores("api"),
                    cores(Target.GENERATOR));
        }

        private String cores(String process) {
            return Figures.decimal(run.cores().getOrDefault(process, 0.0));
        }

        /** Over all that was seen, the warm-up included. */
        private double takenPerSecond() {
            return Vitals.perSecond(
                    vitals.stream().filter(vital -> vital.apiTaken() > 0).toList(), Vital::apiTaken);
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        LoadPlan plan =
                LoadPlan.singly(options, options.pace(RATE, WARM_UP, SteadyLoad.DURATION), options.mix(), SETTLE_LIMIT);
        try (LoadAgents agents = target.startAgents(plan.mix().typeNames(), plan.fleet())) {
            target.tell("Without subscribers.");
            Part alone = Part.of(target, plan, agents);
            target.tell("With " + SUBSCRIBERS + " subscribers.");
            try (Subscribers subscribers = Subscribers.start(target.apiUrl(), SUBSCRIBERS)) {
                Part with = Part.of(target, plan, agents);
                Measured run = with.run();
                double seconds = Duration.between(run.start(), run.to()).toMillis() / 1e3;
                double perSecond = subscribers.received() / seconds;
                long due = EVENTS_PER_TASK * (long) run.audit().completed();
                Patience.until(CATCH_UP, CATCH_UP_PAUSE, () -> subscribers.fewest() >= due);
                judge(alone.run(), run, subscribers, due, report);
                List<String> before = alone.column("");
                List<String> after = with.column(Figures.perSecond(perSecond));
                report.tables(
                        new ReportTable(
                                "Without and with subscribers",
                                List.of("", "without", "with"),
                                IntStream.range(0, ROWS.size())
                                        .mapToObj(row -> List.of(ROWS.get(row), before.get(row), after.get(row)))
                                        .toList()),
                        ReportTable.audit(run.audit()),
                        ReportTable.cores(run.cores()),
                        plan.table());
                run.chart(report);
            }
        }
    }

    private static void judge(Measured alone, Measured with, Subscribers subscribers, long due, Report report) {
        report.atLeast(
                        "completes with subscribers, of what does without, at least " + Figures.percent(LEAST_SHARE),
                        with.completedPerSecond() / Math.max(1e-9, alone.completedPerSecond()),
                        LEAST_SHARE,
                        Figures::percent)
                .none("subscribers cut off", subscribers.cutOff())
                .atLeast(
                        "events that each subscriber got, at least " + EVENTS_PER_TASK + " for each completed task, "
                                + Figures.count(due),
                        (double) subscribers.fewest(),
                        (double) due,
                        Figures::count)
                .none(
                        "tasks shed or refused",
                        alone.refused().total() + with.refused().total())
                .nothingLost(alone.audit(), with.audit());
    }
}
