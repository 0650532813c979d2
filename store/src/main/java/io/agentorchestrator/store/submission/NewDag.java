package io.agentorchestrator.store.submission;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A submitted DAG without its tasks.
 *
 * @param labels a JSON object of strings
 * @param inputs a JSON object
 * @param plan by {@code PlanCodec}; the tasks' indexes are their positions in the submission
 * @param parentCounts for each task how many others it depends on
 * @param criticalPath keys
 * @param criticalPathSigma standard deviation of its length in seconds; null where a type was not measured
 * @param pathMillis for each task the longest path from it to an end, itself included; all 0: no order but that of ids
 * @param deadline by when its tasks have to complete, for each that has none of its own or a later one
 * @param budget of all its tasks together
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewDag(
        UUID dagId,
        String name,
        OnFailure onFailure,
        Priority priority,
        String labels,
        String inputs,
        byte[] plan,
        int[] parentCounts,
        List<String> criticalPath,
        double criticalPathSeconds,
        @Nullable Double criticalPathSigma,
        int[] pathMillis,
        @Nullable Instant deadline,
        BudgetTerms budget) {
    public NewDag {
        criticalPath = List.copyOf(criticalPath);
    }
}
