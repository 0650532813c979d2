package io.agentorchestrator.api.task;

import io.agentorchestrator.store.reading.TaskFacts;
import org.jspecify.annotations.Nullable;

/** Why a task, or one of its attempts, did not complete. */
public record ErrorView(String code, String message) {

    /** The error, if there is one. */
    public static @Nullable ErrorView of(@Nullable String code, @Nullable String message) {
        return code == null ? null : new ErrorView(code, message == null ? "" : message);
    }

    /** Why the task failed or was cancelled; nothing while it may still complete. */
    public static @Nullable ErrorView of(TaskFacts task) {
        return task.status().isTerminal() ? of(task.errorCode(), task.errorMessage()) : null;
    }
}
