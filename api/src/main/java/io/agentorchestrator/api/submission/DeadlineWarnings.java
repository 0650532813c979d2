package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.workflows.forecast.Slack;
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
        double[] least = spec.tasks().stream()
                .mapToDouble(task -> least(task.fields(), times))
                .toArray();
        Slack path = new Slack(planned.graph().topology(), least);
        List<Warning> warnings = new ArrayList<>(check("/deadline", deadline, path.total(), now, "the DAG"));
        for (int task = 0; task < least.length && warnings.size() < MAX_TOLD; task++) {
            DagTaskSpec of = spec.tasks().get(task);
            double end = path.earliestStart(task) + least[task];
            warnings.addAll(check(of.pointer() + "/deadline", of.fields().deadline(), end, now, "the task"));
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
        Instant end = now.plusMillis(Math.round(least * MILLIS_A_SECOND));
        if (deadline == null || !end.isAfter(deadline)) {
            return List.of();
        }
        return List.of(new Warning(
                Warning.Code.DEADLINE_AT_RISK,
                pointer,
                "%s cannot make its deadline: by measured times it takes at least %.1f s, which is until %s"
                        .formatted(what, least, end)));
    }
}
