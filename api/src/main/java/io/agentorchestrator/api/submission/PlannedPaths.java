package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.workflows.dag.CriticalPath;
import io.agentorchestrator.workflows.dag.DagGraph;
import io.agentorchestrator.workflows.forecast.PathLength;
import io.agentorchestrator.workflows.forecast.TypeTime.Expected;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The paths through a DAG, as expected when it is submitted.
 *
 * @param critical as it is told
 * @param sigma standard deviation of its length, in seconds; null where a type of the DAG was not measured, or nothing is told by times
 * @param lengths for each task the length of its step on a path by which it is ordered, in seconds; all 0: paths do not count
 * @param remaining for each task the longest path of such steps from it to an end
 */
@SuppressWarnings("ArrayRecordComponent")
record PlannedPaths(CriticalPath critical, @Nullable Double sigma, double[] lengths, double[] remaining) {
    static PlannedPaths of(DagSpec spec, DagGraph graph, PathPolicy policy) {
        List<Expected> told = durations(spec, policy.told());
        CriticalPath critical = graph.criticalPath(seconds(told));
        boolean measured = policy.tells() && spec.tasks().stream().allMatch(task -> isKnown(task, policy.times()));
        double[] lengths = policy.orders() ? seconds(durations(spec, policy.times())) : new double[graph.size()];
        return new PlannedPaths(
                critical,
                measured ? (Double) sigma(spec, critical, told) : null,
                lengths,
                graph.topology().remaining(lengths));
    }

    private static double sigma(DagSpec spec, CriticalPath critical, List<Expected> durations) {
        PathLength length = new PathLength();
        for (int task : critical.tasks()) {
            length.add(spec.tasks().get(task).fields().requiredType(), durations.get(task));
        }
        return length.sigma();
    }

    private static boolean isKnown(DagTaskSpec task, TypeTimes times) {
        return times.isKnown(task.fields().requiredType());
    }

    private static List<Expected> durations(DagSpec spec, TypeTimes times) {
        return spec.tasks().stream()
                .map(DagTaskSpec::fields)
                .map(task -> times.expected(task.requiredType(), task.complexity()))
                .toList();
    }

    private static double[] seconds(List<Expected> durations) {
        return durations.stream().mapToDouble(Expected::seconds).toArray();
    }

    /** The remaining paths in milliseconds, as the backlog goes by them. */
    int[] remainingMillis() {
        return Arrays.stream(remaining)
                .mapToInt(seconds -> (int) Math.min(Integer.MAX_VALUE, Math.ceil(seconds * 1e3)))
                .toArray();
    }
}
