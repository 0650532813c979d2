package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.LoadRun.Plan;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.DagJson;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** DAGs as large as they may be. */
final class LargeDags implements Scenario {
    private static final int TASKS = 10_000;
    private static final int LEVELS = 100;
    /** So that the request stays within the API's limit on a body. */
    private static final int PAYLOAD_BYTES = 200;

    private static final FleetSize FLEET = new FleetSize(2, 250);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Override
    public String scenarioName() {
        return "large-dags";
    }

    @Override
    public String what() {
        return "Runs a DAG of 10,000 tasks in 100 levels of 100, then one of 10,000 tasks side by side.";
    }

    /** One DAG's part of the report. */
    private record Part(List<GoalVerdict> verdicts, List<ReportTable> tables) {}

    /** The stack, the properties of tasks and the agents that both DAGs share. */
    private record Ground(Target target, long seed, Mix mix, FleetSize fleet, LoadAgents agents) {
        /** One request: the pace ends with the first. */
        Plan plan(int... levels) {
            return new Plan(
                    new LoadSettings(1, Duration.ofSeconds(1), Duration.ZERO, seed),
                    mix.typeNames(),
                    earlier -> () -> new DagJson(mix, seed).dag("large", levels),
                    new RetryMode.Once(),
                    fleet,
                    Disturbance.NONE,
                    LIMIT);
        }
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        int payload = options.payloadBytes() == null ? PAYLOAD_BYTES : options.payloadBytes();
        int result = options.resultBytes() == null ? Mix.STANDARD.resultBytes() : options.resultBytes();
        Mix mix = Mix.STANDARD.withSizes(payload, result);
        FleetSize fleet = options.fleetOr(FLEET);
        int[] levels = new int[LEVELS];
        Arrays.fill(levels, TASKS / LEVELS);
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        List<Part> parts = new ArrayList<>();
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            Ground ground = new Ground(target, options.seed(), mix, fleet, agents);
            parts.add(part(ground, "100 levels of 100", levels));
            parts.add(part(ground, "one level of 10,000", TASKS));
        }
        List<ReportTable> tables = new ArrayList<>();
        parts.forEach(part -> tables.addAll(part.tables()));
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("agents", fleet.words());
        Tables.describe(mix, settings);
        tables.add(ReportTable.of("Configuration", "", "", settings));
        tables.addAll(circumstances);
        List<GoalVerdict> verdicts =
                parts.stream().flatMap(part -> part.verdicts().stream()).toList();
        return new Report(scenarioName(), what(), at, verdicts, tables, null, List.of(), 0);
    }

    private static Part part(Ground ground, String shape, int... levels) throws Exception {
        Target target = ground.target();
        target.told().accept("A DAG of " + Figures.count(TASKS) + " tasks, " + shape + ".");
        Measured measured;
        List<Vital> vitals;
        try (Vitals watching =
                new Vitals(target.apiUrl(), target.settings().ports().workerUrl(), LOOK_EVERY)) {
            measured = LoadRun.run(target, ground.plan(levels), ground.agents());
            vitals = watching.seen();
        }
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        rows.put("submission", Figures.millis(measured.submissionMillis(100)));
        rows.put("until the last task ended", Figures.seconds(measured.completionMillis(100) / 1e3));
        rows.put("peak heap of the api", Figures.mebibytes(peak(vitals, Vital::apiHeap)));
        rows.put("peak heap of the worker", Figures.mebibytes(peak(vitals, Vital::workerHeap)));
        measured.refused().forEach((kind, count) -> rows.put("refused: " + kind, Figures.count(count)));
        int completed = measured.audit().completed();
        List<GoalVerdict> verdicts = new ArrayList<>();
        verdicts.add(GoalVerdict.atLeast(
                "10,000 tasks, " + shape + ": all complete", completed, TASKS, Figures.count(completed)));
        verdicts.addAll(SteadyLoad.nothingLost(measured));
        return new Part(
                verdicts,
                List.of(ReportTable.of("10,000 tasks, " + shape, "", "", rows), Tables.audit(measured.audit())));
    }

    private static double peak(List<Vital> vitals, ToDoubleFunction<Vital> heap) {
        return vitals.stream().mapToDouble(heap).max().orElse(0);
    }
}
