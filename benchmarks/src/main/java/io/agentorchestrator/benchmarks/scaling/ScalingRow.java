package io.agentorchestrator.benchmarks.scaling;

import io.agentorchestrator.benchmarks.placement.TracedRequest;
import io.agentorchestrator.benchmarks.scaling.SimulatedLoad.Pattern;
import io.agentorchestrator.benchmarks.scaling.SimulatedLoad.Synthetic;
import io.agentorchestrator.workflows.scaling.ScalingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A workload, drawn from several seeds, under three policies.
 *
 * @param reactive by seed: what is there decides
 * @param roomy by seed: the same, with slots three fifths busy instead of four
 * @param predictive by seed: the forecast decides with it
 */
record ScalingRow(
        String name,
        Pattern pattern,
        List<ScalingTally> reactive,
        List<ScalingTally> roomy,
        List<ScalingTally> predictive) {
    private static final ScalingPolicy POLICY = ScalingPolicy.DEFAULT;
    private static final ScalingPolicy ROOMY =
            new ScalingPolicy(0.6, POLICY.drainTime(), POLICY.startTime(), POLICY.stabilization(), POLICY.tolerance());

    /** All synthetic workloads, and the trace's if it is there. */
    static List<ScalingRow> all(@Nullable List<TracedRequest> trace, int seeds) {
        List<ScalingRow> rows = new ArrayList<>();
        for (Synthetic each : Synthetic.values()) {
            rows.add(of(each::draw, seeds));
        }
        if (trace != null) {
            rows.add(of(seed -> SimulatedLoad.ofTrace(trace, false, seed), seeds));
            rows.add(of(seed -> SimulatedLoad.ofTrace(trace, true, seed), seeds));
        }
        return rows;
    }

    /** Simulates a workload for the seeds from 1. */
    static ScalingRow of(LongFunction<SimulatedLoad> draw, int seeds) {
        ScalingRow row = null;
        for (long seed = 1; seed <= seeds; seed++) {
            SimulatedLoad workload = draw.apply(seed);
            if (row == null) {
                row = new ScalingRow(
                        workload.name(), workload.pattern(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            }
            row.reactive.add(FleetSimulation.of(workload, POLICY, false));
            row.roomy.add(FleetSimulation.of(workload, ROOMY, false));
            row.predictive.add(FleetSimulation.of(workload, POLICY, true));
        }
        if (row == null) {
            throw new IllegalArgumentException("seeds is 1 or more, not " + seeds);
        }
        return row;
    }

    /** The share of tasks that wait too long, over all seeds. */
    static double lateShare(List<ScalingTally> tallies) {
        return sum(tallies, ScalingTally::late) / sum(tallies, ScalingTally::tasks);
    }

    /** The hours of replicas, the mean of all seeds. */
    static double replicaHours(List<ScalingTally> tallies) {
        return sum(tallies, ScalingTally::replicaHours) / tallies.size();
    }

    /** The late tasks of the predictive policy as a ratio to the reactive one's; 1 where neither has any. */
    double lateRatio() {
        double before = sum(reactive, ScalingTally::late);
        double after = sum(predictive, ScalingTally::late);
        return before == after ? 1 : after / before;
    }

    /** The replica-hours of the predictive policy as a ratio to the reactive one's. */
    double costRatio() {
        return replicaHours(predictive) / replicaHours(reactive);
    }

    /** The highest late ratio of any seed. */
    double worstLateRatio() {
        double worst = 0;
        for (int i = 0; i < reactive.size(); i++) {
            worst = Math.max(worst, seed(i).lateRatio());
        }
        return worst;
    }

    /** The highest cost ratio of any seed. */
    double worstCostRatio() {
        double worst = 0;
        for (int i = 0; i < reactive.size(); i++) {
            worst = Math.max(worst, seed(i).costRatio());
        }
        return worst;
    }

    /** The share of looks at which a forecast was trusted. */
    double forecastShare() {
        return sum(predictive, ScalingTally::forecastShare) / predictive.size();
    }

    private ScalingRow seed(int i) {
        return new ScalingRow(
                name, pattern, List.of(reactive.get(i)), List.of(roomy.get(i)), List.of(predictive.get(i)));
    }

    private static double sum(List<ScalingTally> tallies, ToDoubleFunction<ScalingTally> figure) {
        return tallies.stream().mapToDouble(figure).sum();
    }
}
