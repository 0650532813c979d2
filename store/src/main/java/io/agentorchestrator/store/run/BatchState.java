package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a task is, without what its agent must be given.
 *
 * @param errorCode of the last attempt, where it failed
 * @param retryable what the agent said of the last attempt, where it failed
 * @param deadline absent if it has none
 * @param workerId who watches it, where it is at an agent
 * @param paused whether its run is, as far as was read
 */
public record BatchState(
        TaskStatus status,
        int attempt,
        int epoch,
        @Nullable String errorCode,
        boolean retryable,
        @Nullable Instant deadline,
        @Nullable String workerId,
        boolean paused,
        Priority priority) {}
