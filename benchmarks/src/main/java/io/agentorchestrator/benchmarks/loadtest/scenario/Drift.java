package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * A limit on how far something may creep up: the median of the last third of its values against that of the first third.
 *
 * @param factor by which it may be larger
 * @param slack and by how much more, for what is small
 */
record Drift(String what, double factor, double slack, DoubleFunction<String> shown) {
    /** Heaps of the same size, but for what a collection leaves. */
    static Drift ofHeap(String what) {
        return new Drift(what, 1.3, 32 << 20, Figures::mebibytes);
    }

    GoalVerdict verdict(List<Double> values) {
        String goal = what + " does not drift (last third at most " + factor + " × the first, and " + shown.apply(slack)
                + ")";
        int third = values.size() / 3;
        if (third == 0) {
            return new GoalVerdict(goal, "too short to tell: " + values.size() + " values", false);
        }
        double first = median(values.subList(0, third));
        double last = median(values.subList(values.size() - third, values.size()));
        return new GoalVerdict(goal, shown.apply(first) + " → " + shown.apply(last), last <= factor * first + slack);
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElse(0);
    }
}
