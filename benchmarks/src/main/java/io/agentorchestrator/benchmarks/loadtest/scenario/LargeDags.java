package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.DagJson;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.time.Duration;
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

    private LargeDags() {}

    static void run(Target target, Options options, Report report) throws Exception {
        Mix mix = options.mix(PAYLOAD_BYTES, Mix.STANDARD.resultBytes());
        FleetSize fleet = options.fleetOr(FLEET);
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            for (int levels : List.of(LEVELS, 1)) {
                int[] sizes = new int[levels];
                Arrays.fill(sizes, TASKS / levels);
                String dag = "10,000 tasks, " + (levels == 1 ? "one level of 10,000" : "100 levels of 100");
                target.tell("A DAG of " + dag + ".");
                // One request: the pace ends with the first.
                LoadPlan plan = LoadPlan.singly(options, new Pace(1, Duration.ZERO, Duration.ofSeconds(1)), mix, LIMIT)
                        .from(earlier -> () -> new DagJson(mix, options.seed()).dag("large", sizes), fleet);
                measure(target, dag, plan, agents, report);
            }
        }
        report.tables(ReportTable.configuration(mix, "agents", fleet.words()));
    }

    private static void measure(Target target, String dag, LoadPlan plan, LoadAgents agents, Report report)
            throws Exception {
        try (Vitals vitals = target.vitals(LOOK_EVERY)) {
            Measured measured = LoadRun.run(target, plan, agents);
            report.atLeast(dag + ": all complete", measured.audit().completed(), TASKS, Figures::count)
                    .nothingLost(measured.audit())
                    .tables(
                            ReportTable.of(
                                            dag,
                                            "submission",
                                            Figures.millis(measured.latencies().submissionMillis(100)),
                                            "until the last task ended",
                                            Figures.seconds(measured.latencies().completionMillis(100) / 1e3),
                                            "peak heap of the api",
                                            Figures.mebibytes(vitals.peak(Vital::apiHeap)),
                                            "peak heap of the worker",
                                            Figures.mebibytes(vitals.peak(Vital::workerHeap)))
                                    .with("refused: ", measured.refused().counts()),
                            ReportTable.audit(measured.audit()));
        }
    }
}
