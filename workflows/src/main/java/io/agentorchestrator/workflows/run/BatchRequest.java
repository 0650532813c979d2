package io.agentorchestrator.workflows.run;

import java.util.List;
import java.util.UUID;

/**
 * A batch: tasks of one run, by index. The activity finds in the store whether to start, to attach or just to report each.
 *
 * @param dependents tasks that wait for nothing but tasks of this batch. The activity starts them when they are released, and gives them back
 *     as not started where that does not happen
 */
public record BatchRequest(
        UUID runId, int runNumber, String tenant, int batch, List<Integer> tasks, List<Integer> dependents) {
    public BatchRequest {
        tasks = List.copyOf(tasks);
        dependents = List.copyOf(dependents);
    }
}
