package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.run.StoredCheckpoint;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything an agent is given with a task.
 *
 * @param payload JSON in UTF-8, templates resolved; owned by this record and not to be changed
 * @param timeout of this attempt
 * @param deadline of the task as a whole
 * @param lease how long the agent may go on without contact
 * @param checkpoint the last one of an earlier attempt
 * @param remainingMicroUsd the budget that it may use, millionths of a US dollar; null: no limit
 * @param remainingTokens the same in tokens
 */
public record StartRequest(
        DispatchRef ref,
        int attempt,
        String taskType,
        String tenant,
        byte[] payload,
        Duration timeout,
        @Nullable Instant deadline,
        Duration lease,
        @Nullable String traceparent,
        @Nullable String tracestate,
        @Nullable StoredCheckpoint checkpoint,
        @Nullable Long remainingMicroUsd,
        @Nullable Long remainingTokens) {}
