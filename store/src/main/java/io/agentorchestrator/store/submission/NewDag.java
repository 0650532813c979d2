package io.agentorchestrator.store.submission;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import java.util.List;
import java.util.UUID;

/**
 * What a DAG has beside its tasks.
 *
 * @param labels a JSON object of strings
 * @param inputs a JSON object
 * @param plan by {@code PlanCodec}; the tasks' indexes are their positions in the submission
 * @param parentCounts for each task how many others it depends on
 * @param criticalPath keys
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
        double criticalPathSeconds) {
    public NewDag {
        criticalPath = List.copyOf(criticalPath);
    }
}
