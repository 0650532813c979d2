package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.LoadRun.Plan;
import io.agentorchestrator.benchmarks.loadtest.workload.HalfDependent;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The scenarios that submit at one rate for a while. */
enum SteadyLoad implements Scenario {
    BASELINE(100, "Submits the standard mix, each task by itself: 100 tasks/s, unless told otherwise."),
    HIGH_THROUGHPUT(1_000, "Submits the standard mix, each task by itself: 1,000 tasks/s, unless told otherwise."),
    COMPLEX_DEPENDENCIES(
            500,
            "Submits tasks (500/s, unless told otherwise) half of which depend on others: of every twenty, ten come as a DAG of three levels, four"
                    + " depend on tasks submitted just before, six are free."),
    CHAOS(
            200,
            "Submits tasks (200/s, unless told otherwise), each under an idempotency key until it is acknowledged, while one attempt in ten goes wrong"
                    + " and every process is killed with SIGKILL, each at least once a minute.");

    /** Share of what is offered that must arrive and complete; a hundredth lies across the edges of the measured time. */
    static final double HELD = 0.99;

    /** Tasks that may lie across the edges besides, where a hundredth is next to nothing. */
    private static final double EDGE_TASKS = 3;

    static final double MAX_SUBMISSION_P99_MILLIS = 100;
    static final double MAX_COMPLETION_P99_MILLIS = 5_000;
    private static final double MAX_DEPENDENT_P99_MILLIS = 10_000;
    private static final double LEAST_SUCCESS = 0.995;
    static final Duration DURATION = Duration.ofSeconds(60);
    static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final Duration CHAOS_LIMIT = Duration.ofMinutes(6);
    /** Hanging attempts hold their slot for five seconds, so that chaos keeps about three times as many busy. */
    private static final double CHAOS_BUSY = 3;

    private final double rate;
    private final String sentence;

    SteadyLoad(double rate, String sentence) {
        this.rate = rate;
        this.sentence = sentence;
    }

    @Override
    public String what() {
        return sentence;
    }

    @Override
    public String toString() {
        return scenarioName();
    }

    @Override
    public String scenarioName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Mix mix(Options options) {
        Mix sized = mixOf(options);
        return this == CHAOS ? sized.with(Mix.Trouble.ONE_IN_TEN) : sized;
    }

    /** The standard mix, in the sizes that the user wants. */
    static Mix mixOf(Options options) {
        Integer payload = options.payloadBytes();
        Integer result = options.resultBytes();
        return Mix.STANDARD.withSizes(
                payload == null ? Mix.STANDARD.payloadBytes() : payload,
                result == null ? Mix.STANDARD.resultBytes() : result);
    }

    private Plan plan(Target target, Options options, Mix mix) {
        LoadSettings settings = options.or(rate, DURATION, WARM_UP);
        double busy = settings.rate() * mix.meanMillis() / 1e3 * (this == CHAOS ? CHAOS_BUSY : 1);
        RetryMode insistence = this == CHAOS
                ? new RetryMode.UntilAcknowledged("load-" + java.util.UUID.randomUUID() + "-", CHAOS_LIMIT)
                : new RetryMode.Once();
        return new Plan(
                settings,
                mix.typeNames(),
                earlier -> requests(mix, settings.seed(), earlier),
                insistence,
                options.fleet(this == CHAOS ? 4 : 1, busy),
                this == CHAOS ? Disturbance.chaos(target, settings.seed()) : Disturbance.NONE,
                this == CHAOS ? CHAOS_LIMIT : SETTLE_LIMIT);
    }

    private Requests requests(Mix mix, long seed, HalfDependent.Earlier earlier) {
        return this == COMPLEX_DEPENDENCIES ? new HalfDependent(mix, seed, earlier) : new SingleTasks(mix, seed);
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        Mix mix = mix(options);
        Plan plan = plan(target, options, mix);
        List<ReportTable> circumstances = Tables.circumstances(target);
        Measured measured = LoadRun.run(target, plan);
        return measured.report(this, verdicts(measured), mix, circumstances);
    }

    private List<GoalVerdict> verdicts(Measured measured) {
        List<GoalVerdict> verdicts = new ArrayList<>();
        switch (this) {
            case BASELINE, HIGH_THROUGHPUT -> {
                verdicts.addAll(held(measured));
                verdicts.add(millis("P99 of submission", measured.submissionMillis(99), MAX_SUBMISSION_P99_MILLIS));
                verdicts.add(millis("P99 of completion", measured.completionMillis(99), MAX_COMPLETION_P99_MILLIS));
            }
            case COMPLEX_DEPENDENCIES -> {
                verdicts.addAll(held(measured));
                verdicts.add(millis("P99 of completion", measured.completionMillis(99), MAX_DEPENDENT_P99_MILLIS));
            }
            case CHAOS -> {
                double success = measured.audit().success();
                verdicts.add(GoalVerdict.atLeast(
                        "at least " + Figures.percent(LEAST_SUCCESS) + " complete",
                        success,
                        LEAST_SUCCESS,
                        Figures.percent(success)));
                verdicts.add(GoalVerdict.none("tasks never acknowledged", measured.refusedTasks()));
                boolean all = measured.kills().size() == KillSchedule.Victim.values().length;
                verdicts.add(new GoalVerdict(
                        "each process killed at least once", measured.kills().toString(), all));
            }
        }
        verdicts.addAll(nothingLost(measured));
        return verdicts;
    }

    private static GoalVerdict millis(String what, double measured, double most) {
        return GoalVerdict.millisAtMost(what, measured, most);
    }

    /** That the rate was accepted and completed, and nothing refused. */
    static List<GoalVerdict> held(Measured measured) {
        double rate = measured.plan().settings().rate();
        double seconds = measured.plan().settings().duration().toNanos() / 1e9;
        double least = HELD * rate - EDGE_TASKS / seconds;
        String goal = " at least " + Figures.perSecond(least);
        double acknowledged = measured.acknowledgedPerSecond();
        double completed = measured.completedPerSecond();
        return List.of(
                GoalVerdict.atLeast("accepted" + goal, acknowledged, least, Figures.perSecond(acknowledged)),
                GoalVerdict.atLeast("completed" + goal, completed, least, Figures.perSecond(completed)),
                GoalVerdict.none("tasks shed or refused", measured.refusedTasks()));
    }

    /** The goals that every run must meet. */
    static List<GoalVerdict> nothingLost(Measured measured) {
        return List.of(
                GoalVerdict.none("tasks lost", measured.audit().lost()),
                GoalVerdict.none("tasks completed twice", measured.audit().doubled()));
    }
}
