package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.workload.HalfDependent;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.time.Duration;

/** The scenarios that submit at one rate for a while. */
enum SteadyLoad {
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
    private static final int CHAOS_AGENTS = 4;
    /** Hanging attempts hold their slot for five seconds, so that chaos keeps about three times as many busy. */
    private static final double CHAOS_BUSY = 3;

    /** A sentence on what it does. */
    final String sentence;

    private final double rate;

    SteadyLoad(double rate, String sentence) {
        this.rate = rate;
        this.sentence = sentence;
    }

    void run(Target target, Options options, Report report) throws Exception {
        Measured measured = LoadRun.run(target, plan(target, options));
        goals(measured, report);
        measured.tell(report);
    }

    private LoadPlan plan(Target target, Options options) {
        Pace pace = options.pace(rate, WARM_UP, DURATION);
        Mix mix = this == CHAOS ? options.mix().with(Mix.Trouble.ONE_IN_TEN) : options.mix();
        LoadPlan plan = LoadPlan.singly(options, pace, mix, this == CHAOS ? CHAOS_LIMIT : SETTLE_LIMIT);
        return switch (this) {
            case BASELINE, HIGH_THROUGHPUT -> plan;
            case COMPLEX_DEPENDENCIES ->
                plan.from(earlier -> new HalfDependent(mix, options.seed(), earlier), plan.fleet());
            case CHAOS -> {
                double busy = CHAOS_BUSY * pace.tasksPerSecond() * mix.meanMillis() / 1e3;
                yield plan.from(plan.source(), options.fleet(CHAOS_AGENTS, busy))
                        .through(LoadRun.Disturbance.chaos(target, options.seed()));
            }
        };
    }

    private void goals(Measured measured, Report report) {
        double completion = measured.latencies().completionMillis(99);
        switch (this) {
            case BASELINE, HIGH_THROUGHPUT ->
                held(measured, report)
                        .millisAtMost(
                                "P99 of submission",
                                measured.latencies().submissionMillis(99),
                                MAX_SUBMISSION_P99_MILLIS)
                        .millisAtMost("P99 of completion", completion, MAX_COMPLETION_P99_MILLIS);
            case COMPLEX_DEPENDENCIES ->
                held(measured, report).millisAtMost("P99 of completion", completion, MAX_DEPENDENT_P99_MILLIS);
            case CHAOS ->
                report.atLeast(
                                "at least " + Figures.percent(LEAST_SUCCESS) + " complete",
                                measured.audit().success(),
                                LEAST_SUCCESS,
                                Figures::percent)
                        .none("tasks never acknowledged", measured.refused().total())
                        .goal(
                                "each process killed at least once",
                                measured.kills().toString(),
                                measured.kills().size() == KillSchedule.Victim.values().length);
        }
        report.nothingLost(measured.audit());
    }

    /** That the rate was accepted and completed, and nothing refused. */
    static Report held(Measured measured, Report report) {
        Pace pace = measured.plan().pace();
        double least =
                HELD * pace.tasksPerSecond() - EDGE_TASKS / (pace.length().toNanos() / 1e9);
        String goal = " at least " + Figures.perSecond(least);
        return report.atLeast("accepted" + goal, measured.acknowledgedPerSecond(), least, Figures::perSecond)
                .atLeast("completed" + goal, measured.completedPerSecond(), least, Figures::perSecond)
                .none("tasks shed or refused", measured.refused().total());
    }
}
