package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Subscribers;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.cli.process.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

    /** A run, and what was seen of the processes meanwhile. */
    private record Part(Measured run, List<Vital> vitals) {
        static Part of(Target target, LoadPlan plan, LoadAgents agents) throws Exception {
            try (Vitals watching = target.vitals(LOOK_EVERY)) {
                return new Part(LoadRun.run(target, plan, agents), watching.seen());
            }
        }

        String cores(String process) {
            return Figures.decimal(run.cores().getOrDefault(process, 0.0));
        }

        String peak() {
            return Figures.mebibytes(Vitals.peak(vitals, Vital::apiHeap));
        }

        /** Over all that was seen, the warm-up included. */
        String takenPerSecond() {
            List<Vital> read =
                    vitals.stream().filter(vital -> vital.apiTaken() > 0).toList();
            if (read.size() < 2) {
                return Figures.perSecond(0);
            }
            Vital first = read.getFirst();
            Vital last = read.getLast();
            double seconds = Duration.between(first.at(), last.at()).toMillis() / 1e3;
            return Figures.perSecond((last.apiTaken() - first.apiTaken()) / Math.max(1e-3, seconds));
        }
    }

    static Findings run(Target target, Options options) throws Exception {
        LoadPlan plan =
                LoadPlan.singly(options, options.pace(RATE, WARM_UP, SteadyLoad.DURATION), options.mix(), SETTLE_LIMIT);
        try (LoadAgents agents = target.startAgents(plan.mix().typeNames(), plan.fleet())) {
            target.tell("Without subscribers.");
            Part alone = Part.of(target, plan, agents);
            target.tell("With " + Figures.count(SUBSCRIBERS) + " subscribers.");
            try (Subscribers subscribers = Subscribers.start(target.apiUrl(), SUBSCRIBERS)) {
                Part with = Part.of(target, plan, agents);
                Measured run = with.run();
                double seconds = Duration.between(run.start(), run.to()).toMillis() / 1e3;
                double perSecond = subscribers.received() / seconds;
                long due = EVENTS_PER_TASK * (long) run.audit().completed();
                Patience.until(CATCH_UP, CATCH_UP_PAUSE, () -> subscribers.fewest() >= due);
                return new Findings(
                        verdicts(alone.run(), run, subscribers, due),
                        List.of(
                                table(alone, with, perSecond),
                                Tables.audit(run.audit()),
                                Tables.cores(run.cores()),
                                plan.table()),
                        run);
            }
        }
    }

    private static List<GoalVerdict> verdicts(Measured alone, Measured with, Subscribers subscribers, long due) {
        double share = with.completedPerSecond() / Math.max(1e-9, alone.completedPerSecond());
        List<GoalVerdict> verdicts = new ArrayList<>(List.of(
                GoalVerdict.atLeast(
                        "completes with subscribers, of what does without, at least " + Figures.percent(LEAST_SHARE),
                        share,
                        LEAST_SHARE,
                        Figures.percent(share)),
                GoalVerdict.none("subscribers cut off", subscribers.cutOff()),
                GoalVerdict.atLeast(
                        "events that each subscriber got, at least " + EVENTS_PER_TASK + " for each completed task, "
                                + Figures.count(due),
                        (double) subscribers.fewest(),
                        (double) due,
                        Figures.count(subscribers.fewest())),
                GoalVerdict.none("tasks shed or refused", alone.refusedTasks() + with.refusedTasks())));
        verdicts.addAll(SteadyLoad.nothingLost(alone.audit(), with.audit()));
        return verdicts;
    }

    private static ReportTable table(Part alone, Part with, double eventsPerSecond) {
        Measured first = alone.run();
        Measured second = with.run();
        return new ReportTable("Without and with subscribers", List.of("", "without", "with"), List.of())
                .with(
                        "completed",
                        Figures.perSecond(first.completedPerSecond()),
                        Figures.perSecond(second.completedPerSecond()))
                .with(
                        "P99 of submission",
                        Figures.millis(first.submissionMillis(99)),
                        Figures.millis(second.submissionMillis(99)))
                .with(
                        "P99 of completion",
                        Figures.millis(first.completionMillis(99)),
                        Figures.millis(second.completionMillis(99)))
                .with("events delivered", "", Figures.perSecond(eventsPerSecond))
                .with("api: connections taken of its pools", alone.takenPerSecond(), with.takenPerSecond())
                .with("api: peak heap, garbage included", alone.peak(), with.peak())
                .with("api: cores", alone.cores("api"), with.cores("api"))
                .with("generator: cores", alone.cores(Target.GENERATOR), with.cores(Target.GENERATOR));
    }
}
