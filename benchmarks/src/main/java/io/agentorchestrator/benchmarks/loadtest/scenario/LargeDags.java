package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.DagJson;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** DAGs as large as they may be. */
final class LargeDags {
    private static final int TASKS = 10_000;
    private static final int LEVELS = 100;
    /** So that the request stays within the API's limit on a body. */
    private static final int PAYLOAD_BYTES = 200;

    private static final FleetSize FLEET = new FleetSize(2, 250);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Target target;
    private final Options options;
    private final Mix mix;
    private final FleetSize fleet;
    private final List<GoalVerdict> verdicts = new ArrayList<>();
    private final List<ReportTable> tables = new ArrayList<>();

    private LargeDags(Target target, Options options) {
        this.target = target;
        this.options = options;
        this.mix = options.mix(PAYLOAD_BYTES, Mix.STANDARD.resultBytes());
        this.fleet = options.fleetOr(FLEET);
    }

    static Findings run(Target target, Options options) throws Exception {
        return new LargeDags(target, options).run();
    }

    private Findings run() throws Exception {
        int[] levels = new int[LEVELS];
        Arrays.fill(levels, TASKS / LEVELS);
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            measure(agents, "100 levels of 100", levels);
            measure(agents, "one level of 10,000", TASKS);
        }
        tables.add(Tables.describe(mix, "agents", fleet.words()));
        return new Findings(verdicts, tables, null);
    }

    private void measure(LoadAgents agents, String shape, int... levels) throws Exception {
        target.tell("A DAG of " + Figures.count(TASKS) + " tasks, " + shape + ".");
        // One request: the pace ends with the first.
        LoadPlan plan = LoadPlan.singly(options, new Pace(1, Duration.ZERO, Duration.ofSeconds(1)), mix, LIMIT)
                .from(earlier -> () -> new DagJson(mix, options.seed()).dag("large", levels), fleet);
        Measured measured;
        List<Vital> vitals;
        try (Vitals watching = target.vitals(LOOK_EVERY)) {
            measured = LoadRun.run(target, plan, agents);
            vitals = watching.seen();
        }
        int completed = measured.audit().completed();
        verdicts.add(GoalVerdict.atLeast(
                "10,000 tasks, " + shape + ": all complete", completed, TASKS, Figures.count(completed)));
        verdicts.addAll(SteadyLoad.nothingLost(measured.audit()));
        tables.add(ReportTable.of(
                        "10,000 tasks, " + shape,
                        "submission",
                        Figures.millis(measured.submissionMillis(100)),
                        "until the last task ended",
                        Figures.seconds(measured.completionMillis(100) / 1e3),
                        "peak heap of the api",
                        Figures.mebibytes(Vitals.peak(vitals, Vital::apiHeap)),
                        "peak heap of the worker",
                        Figures.mebibytes(Vitals.peak(vitals, Vital::workerHeap)))
                .with("refused: ", measured.refused()));
        tables.add(Tables.audit(measured.audit()));
    }
}
