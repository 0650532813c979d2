package io.agentorchestrator.api.task;

import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the task routes answer beside tasks themselves. */
final class TaskAnswers {
    private static final String WARNINGS = "What was perhaps not meant; absent where there is nothing.";

    private TaskAnswers() {}

    /** The warnings, if there are any. */
    static @Nullable List<Warning> orAbsent(List<Warning> warnings) {
        return warnings.isEmpty() ? null : warnings;
    }

    @Schema(name = "AcceptedTask")
    record AcceptedTask(
            UUID taskId,
            TaskStatus status,

            @Schema(description = WARNINGS) @Nullable List<Warning> warnings) {}

    @Schema(name = "AcceptedBatch")
    record AcceptedBatch(
            @Schema(description = "In the order of the batch.")
            List<UUID> taskIds,

            @Schema(description = "Of the DAG that the batch forms, if tasks depend on each other.") @Nullable UUID dagId,

            @Schema(description = WARNINGS) @Nullable List<Warning> warnings) {}

    @Schema(name = "TaskPage")
    record TaskPage(
            List<TaskView> tasks,

            @Schema(description = "Given as cursor, it gets the next page; absent on the last.") @Nullable String nextCursor) {}
}
