package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Warns of deadlines that cannot be met by measured times, were there an agent for every task at once: each task takes as long as its type has been
 * measured to take at least, beyond the error band. A type that was not measured takes no time here.
 */
final class DeadlineWarnings {
    private static final int MAX_TOLD = 20;
    private static final long MILLIS_A_SECOND = 1_000;

    private DeadlineWarnings() {}

    static List<Warning> of(TaskFields task, TypeTimes times, Instant now) {
        return check("/deadline", task.deadline(), least(task, times), now, "the task");
    }

    static List<Warning> of(PlannedDag planned, TypeTimes times, Instant now) {
        DagSpec spec = planned.spec();
        Instant deadline = spec.deadline();
        if (deadline == null
                && spec.tasks().stream().allMatch(task -> task.fields().deadline() == null)) {
            return List.of();
        }
        Topology topology = Topology.of(planned.graph().parents());
        double[] earliest = new double[topology.size()];
        double last = 0;
        for (int task : topology.order()) {
            double start = 0;
            for (int parent : topology.parents()[task]) {
                start = Math.max(start, earliest[parent]);
            }
            earliest[task] = start + least(spec.tasks().get(task).fields(), times);
            last = Math.max(last, earliest[task]);
        }
        List<Warning> warnings = new ArrayList<>(check("/deadline", deadline, last, now, "the DAG"));
        for (int task = 0; task < earliest.length && warnings.size() < MAX_TOLD; task++) {
            DagTaskSpec of = spec.tasks().get(task);
            warnings.addAll(check(of.pointer() + "/deadline", of.fields().deadline(), earliest[task], now, "the task"));
        }
        return warnings;
    }

    private static double least(TaskFields task, TypeTimes times) {
        return times.isKnown(task.requiredType())
                ? times.expected(task.requiredType(), task.complexity()).least()
                : 0;
    }

    private static List<Warning> check(
            String pointer, @Nullable Instant deadline, double least, Instant now, String what) {
        if (deadline == null
                || !now.plusMillis(Math.round(least * MILLIS_A_SECOND)).isAfter(deadline)) {
            return List.of();
        }
        return List.of(new Warning(
                Warning.Code.DEADLINE_AT_RISK,
                pointer,
                "%s cannot make its deadline: by measured times it takes at least %.1f s, which is until %s"
                        .formatted(what, least, now.plusMillis(Math.round(least * MILLIS_A_SECOND)))));
    }
}
