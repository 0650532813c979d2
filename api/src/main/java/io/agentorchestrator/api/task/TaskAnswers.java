package io.agentorchestrator.api.task;

import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answers of the task routes, other than tasks themselves. */
final class TaskAnswers {
    private TaskAnswers() {}

    /** The warnings, if there are any. */
    static @Nullable List<Warning> orAbsent(List<Warning> warnings) {
        return warnings.isEmpty() ? null : warnings;
    }

    record AcceptedTask(
            UUID taskId, TaskStatus status, @Nullable List<Warning> warnings) {}

    record AcceptedBatch(
            List<UUID> taskIds,
            @Nullable UUID dagId,
            @Nullable List<Warning> warnings) {}

    record TaskPage(List<TaskView> tasks, @Nullable String nextCursor) {}
}
