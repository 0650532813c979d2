package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Where a task is, without what its agent must be given.
 *
 * @param errorCode of the last attempt, where it failed
 * @param retryable what the agent said of the last attempt, where it failed
 */
public record LotState(
        TaskStatus status, int attempt, int epoch, @Nullable String errorCode, boolean retryable) {}
