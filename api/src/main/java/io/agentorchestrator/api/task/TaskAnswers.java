package io.agentorchestrator.api.task;

import io.agentorchestrator.workflows.model.TaskStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the task routes answer beside tasks themselves. */
final class TaskAnswers {
    private TaskAnswers() {}

    @Schema(name = "AcceptedTask")
    record AcceptedTask(UUID taskId, TaskStatus status) {}

    @Schema(name = "AcceptedBatch")
    record AcceptedBatch(
            @Schema(description = "In the order of the batch.")
            List<UUID> taskIds,

            @Schema(description = "Of the DAG that the batch forms, if tasks depend on each other.") @Nullable UUID dagId) {}

    @Schema(name = "TaskPage")
    record TaskPage(
            List<TaskView> tasks,

            @Schema(description = "Given as cursor, it gets the next page; absent on the last.") @Nullable String nextCursor) {}
}
