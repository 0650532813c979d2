package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.Subscribers;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.LoadRun.Plan;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures the cost of subscribers to a busy tenant: the same load without and with them, one after the other. */
final class ManySubscribers implements Scenario {
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

    @Override
    public String scenarioName() {
        return "subscribers";
    }

    @Override
    public String what() {
        return "Submits the standard mix at 500 tasks/s, unless told otherwise, first alone and then while 200 event streams follow all of its tenant.";
    }

    /** The part that they follow, and what they got. */
    private record Followed(Measured measured, List<Vital> vitals, double perSecond, long fewest, long cutOff) {}

    @Override
    public Report run(Target target, Options options) throws Exception {
        Mix mix = SteadyLoad.mixOf(options);
        LoadSettings settings = options.or(RATE, SteadyLoad.DURATION, WARM_UP);
        Plan plan = new Plan(
                settings,
                mix.typeNames(),
                earlier -> new SingleTasks(mix, settings.seed()),
                new RetryMode.Once(),
                options.fleet(1, settings.rate() * mix.meanMillis() / 1e3),
                Disturbance.NONE,
                SETTLE_LIMIT);
        List<ReportTable> circumstances = Tables.circumstances(target);
        try (LoadAgents agents = target.startAgents(plan.types(), plan.fleet())) {
            target.told().accept("Without subscribers.");
            Measured alone;
            List<Vital> aloneVitals;
            try (Vitals watching = watch(target)) {
                alone = LoadRun.run(target, plan, agents);
                aloneVitals = watching.seen();
            }
            Followed followed = followed(target, plan, agents);
            List<ReportTable> tables = new ArrayList<>(List.of(
                    table(alone, aloneVitals, followed),
                    Tables.audit(followed.measured().audit()),
                    Tables.cores(followed.measured().cores()),
                    Tables.settings(plan, mix)));
            tables.addAll(circumstances);
            return new Report(
                    scenarioName(),
                    what(),
                    alone.start(),
                    verdicts(alone, followed),
                    tables,
                    followed.measured().latencies(),
                    List.of(),
                    0);
        }
    }

    private static Vitals watch(Target target) {
        return new Vitals(target.apiUrl(), target.settings().ports().workerUrl(), LOOK_EVERY);
    }

    private static Followed followed(Target target, Plan plan, LoadAgents agents) throws Exception {
        target.told().accept("With " + Figures.count(SUBSCRIBERS) + " subscribers.");
        try (Subscribers subscribers = Subscribers.start(target.apiUrl(), SUBSCRIBERS);
                Vitals watching = watch(target)) {
            Measured measured = LoadRun.run(target, plan, agents);
            List<Vital> vitals = watching.seen();
            double seconds = Duration.between(measured.start(), measured.to()).toMillis() / 1e3;
            double perSecond = subscribers.received() / seconds;
            long due = EVENTS_PER_TASK * (long) measured.audit().completed();
            long deadline = System.nanoTime() + CATCH_UP.toNanos();
            while (subscribers.fewest() < due && System.nanoTime() - deadline < 0) {
                Thread.sleep(CATCH_UP_PAUSE);
            }
            return new Followed(measured, vitals, perSecond, subscribers.fewest(), subscribers.cutOff());
        }
    }

    private static List<GoalVerdict> verdicts(Measured alone, Followed followed) {
        Measured measured = followed.measured();
        double share = measured.completedPerSecond() / Math.max(1e-9, alone.completedPerSecond());
        long due = EVENTS_PER_TASK * (long) measured.audit().completed();
        List<GoalVerdict> verdicts = new ArrayList<>();
        verdicts.add(GoalVerdict.atLeast(
                "completes with subscribers, of what does without, at least " + Figures.percent(LEAST_SHARE),
                share,
                LEAST_SHARE,
                Figures.percent(share)));
        verdicts.add(GoalVerdict.none("subscribers cut off", followed.cutOff()));
        verdicts.add(new GoalVerdict(
                "events that each subscriber got, at least " + EVENTS_PER_TASK + " for each completed task, "
                        + Figures.count(due),
                Figures.count(followed.fewest()),
                followed.fewest() >= due));
        verdicts.add(GoalVerdict.none("tasks shed or refused", alone.refusedTasks() + measured.refusedTasks()));
        verdicts.addAll(SteadyLoad.nothingLost(alone));
        verdicts.addAll(SteadyLoad.nothingLost(measured));
        return verdicts;
    }

    private static ReportTable table(Measured alone, List<Vital> aloneVitals, Followed followed) {
        List<List<String>> rows = new ArrayList<>();
        Measured with = followed.measured();
        rows.add(row(
                "completed",
                Figures.perSecond(alone.completedPerSecond()),
                Figures.perSecond(with.completedPerSecond())));
        rows.add(row(
                "P99 of submission",
                Figures.millis(alone.submissionMillis(99)),
                Figures.millis(with.submissionMillis(99))));
        rows.add(row(
                "P99 of completion",
                Figures.millis(alone.completionMillis(99)),
                Figures.millis(with.completionMillis(99))));
        rows.add(row("events delivered", "", Figures.perSecond(followed.perSecond())));
        rows.add(row(
                "api: connections taken of its pools",
                Figures.perSecond(takenPerSecond(aloneVitals)),
                Figures.perSecond(takenPerSecond(followed.vitals()))));
        rows.add(row("api: peak heap, garbage included", peak(aloneVitals), peak(followed.vitals())));
        rows.add(row("api: cores", cores(alone), cores(with)));
        rows.add(row("generator: cores", generator(alone), generator(with)));
        return new ReportTable("Without and with subscribers", List.of("", "without", "with"), rows);
    }

    private static List<String> row(String what, String without, String with) {
        return List.of(what, without, with);
    }

    private static String cores(Measured measured) {
        return Figures.decimal(measured.cores().getOrDefault("api", 0.0));
    }

    private static String generator(Measured measured) {
        return Figures.decimal(measured.cores().getOrDefault(Target.GENERATOR, 0.0));
    }

    private static String peak(List<Vital> vitals) {
        return Figures.mebibytes(
                vitals.stream().mapToDouble(Vital::apiHeap).max().orElse(0));
    }

    /** Over all that was seen, the warm-up included. */
    private static double takenPerSecond(List<Vital> vitals) {
        List<Vital> read = vitals.stream().filter(vital -> vital.apiTaken() > 0).toList();
        if (read.size() < 2) {
            return 0;
        }
        Vital first = read.getFirst();
        Vital last = read.getLast();
        double seconds = Duration.between(first.at(), last.at()).toMillis() / 1e3;
        return (last.apiTaken() - first.apiTaken()) / Math.max(1e-3, seconds);
    }
}
