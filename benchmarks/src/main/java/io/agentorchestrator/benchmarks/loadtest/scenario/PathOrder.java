package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowDag;
import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowFamily;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Patience;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs workflows of three families on a pool a quarter as wide, in turns in the order of the document and with the longest remaining path first, the
 * flag {@code dag_optimization} off and on. Complexities are in proportion to the times. A first, unmeasured turn lets the product measure how long tasks of each type take.
 */
final class PathOrder {
    private static final List<WorkflowFamily> FAMILIES =
            List.of(WorkflowFamily.GENOME, WorkflowFamily.SRASEARCH, WorkflowFamily.CYCLES);
    private static final String FLAG = "/v1/feature-flags/dag_optimization";
    /** Seconds that all work of a workflow takes on its pool, if no slot is ever idle. */
    private static final double WORK_SECONDS = 8;

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Until the flag has reached every API; the measured times of the first turn have then had twice that. */
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private final Target target;
    private final ApiClient api;

    private PathOrder(Target target) {
        this.target = target;
        this.api = new ApiClient(target.apiUrl());
    }

    static void run(Target target, Options options, Report report) throws Exception {
        PathOrder order = new PathOrder(target);
        boolean before = order.isOn();
        try {
            for (WorkflowFamily family : FAMILIES) {
                order.compare(family, options, report);
            }
        } finally {
            order.set(before);
        }
    }

    private void compare(WorkflowFamily family, Options options, Report report)
            throws IOException, InterruptedException {
        WorkflowDag dag = family.draw(options.seed());
        int slots = dag.quarterOfWidth();
        double scale = WORK_SECONDS * slots / dag.work();
        List<Double> plain = new ArrayList<>();
        List<Double> path = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        try (LoadAgents agents = target.startAgents(dag.types(), new FleetSize(1, slots))) {
            target.tell("%s: %d tasks, %d side by side, %d agent with %d slots; a first turn to measure times."
                    .formatted(family.recipe(), dag.tasks().size(), dag.width(), agents.size(), slots));
            set(true);
            double _ = makespan(dag, scale, new ArrayList<>());
            for (int round = 0; round < options.rounds(); round++) {
                set(false);
                plain.add(makespan(dag, scale, new ArrayList<>()));
                set(true);
                path.add(makespan(dag, scale, errors));
                target.tell("  plain %s, longest path first %s."
                        .formatted(Figures.seconds(plain.getLast()), Figures.seconds(path.getLast())));
            }
        }
        double ratio = mean(path) / mean(plain);
        report.goal(
                        family.recipe() + ": the longest path first is not slower",
                        Figures.percent(ratio) + " of the plain makespan",
                        ratio <= 1.02)
                .table(
                        family.recipe(),
                        "tasks",
                        dag.tasks().size(),
                        "slots",
                        slots,
                        "plain order, each round",
                        each(plain),
                        "longest path first, each round",
                        each(path),
                        "predicted finish at the beginning, against the end",
                        errors.isEmpty() ? "none predicted" : each(errors) + " late");
    }

    /** Runs it; adds by how many seconds the end came after the one that was predicted at the beginning. */
    private double makespan(WorkflowDag dag, double scale, List<Double> errors)
            throws IOException, InterruptedException {
        Thread.sleep(SETTLE);
        Answers.AcceptedDag accepted = api.post("/v1/dags", dag.request(scale).body(), "application/json", Map.of())
                .as(Answers.AcceptedDag.class);
        String path = "/v1/dags/" + accepted.dagId();
        Answers.PredictedFinish predicted = api.get(path).as(Answers.Dag.class).predictedFinish();
        List<Answers.Dag> last = new ArrayList<>();
        if (!Patience.until(LIMIT, POLL, () -> {
            Answers.Dag now = api.get(path).as(Answers.Dag.class);
            last.add(now);
            return now.endedAt() != null;
        })) {
            throw new CliFailure("The workflow " + accepted.dagId() + " has not ended within " + LIMIT + ".");
        }
        Answers.Dag ended = last.getLast();
        if (!ended.status().equals("COMPLETED")) {
            throw new CliFailure("The workflow " + accepted.dagId() + " is " + ended.status() + ".");
        }
        if (predicted != null) {
            errors.add(seconds(predicted.at(), String.valueOf(ended.endedAt())));
        }
        return seconds(ended.createdAt(), String.valueOf(ended.endedAt()));
    }

    private static double seconds(String from, String to) {
        return Duration.between(Instant.parse(from), Instant.parse(to)).toMillis() / 1e3;
    }

    private boolean isOn() throws InterruptedException {
        return api.get("/v1/feature-flags").as(Answers.FeatureFlagList.class).featureFlags().stream()
                .filter(flag -> FLAG.endsWith("/" + flag.name()))
                .anyMatch(Answers.FeatureFlag::enabled);
    }

    private void set(boolean on) throws InterruptedException {
        api.put(FLAG, Map.of("enabled", on));
    }

    private static double mean(List<Double> all) {
        return all.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    private static String each(List<Double> all) {
        return String.join(", ", all.stream().map(Figures::seconds).toList());
    }
}
