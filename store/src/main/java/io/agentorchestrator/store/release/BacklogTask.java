package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A queued task as release sees it.
 *
 * @param runId the DAG's id; null for a standalone task
 * @param runNumber 0 for a standalone task
 * @param index position in the DAG; 0 for a standalone task
 */
public record BacklogTask(
        UUID taskId,
        String tenant,
        String region,
        String taskType,
        Priority priority,
        @Nullable UUID runId,
        int runNumber,
        int index,
        double complexity,
        RetryPolicy retry) {}
