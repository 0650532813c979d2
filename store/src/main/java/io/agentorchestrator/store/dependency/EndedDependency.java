package io.agentorchestrator.store.dependency;

import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dependency whose parent has ended.
 *
 * @param parentKey what the parent is called in its DAG or batch
 * @param status of the parent, terminal
 * @param errorCode of the parent
 * @param childRun absent where the child is a standalone task
 */
record EndedDependency(
        UUID parent,
        UUID child,
        @Nullable String parentKey,
        TaskStatus status,
        @Nullable String errorCode,
        @Nullable UUID childRun) {

    boolean isSatisfied() {
        return status == TaskStatus.COMPLETED;
    }

    /** The code of the child's error, where the parent did not complete. */
    String code() {
        return status == TaskStatus.FAILED ? EndCodes.UPSTREAM_FAILED : EndCodes.UPSTREAM_CANCELLED;
    }

    String reason() {
        String how = status == TaskStatus.FAILED ? "failed with " + errorCode : "was cancelled";
        String name = parentKey == null ? parent.toString() : "%s ('%s')".formatted(parent, parentKey);
        return "task " + name + ", on which it depends, " + how;
    }
}
