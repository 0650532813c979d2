package io.agentorchestrator.store.reading;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a task that cost little to read: neither payload nor result.
 *
 * @param status as the store keeps it; clients see {@link TaskStatus#published()}
 * @param labels a JSON object of strings
 * @param attempt the last attempt that began, 0 before the first
 * @param agentId of the last dispatch
 * @param placement why it went there
 * @param run absent while a standalone task has not been released, and of a DAG's task whose place another has taken
 * @param index position in the DAG
 * @param startedAt of the first attempt since a user last had it run
 * @param attemptStartedAt of the last attempt
 * @param deadline by when it has to complete; one that had passed when the task was run again does not count any more
 * @param selector a JSON object, which agents it may go to; absent: any
 * @param preemptible whether it may be stopped for a task of higher priority
 * @param preemptions times that it was
 * @param preemptedFor the task for which it was stopped last
 */
public record TaskFacts(
        UUID taskId,
        @Nullable UUID dagId,
        @Nullable String key,
        String taskType,
        Priority priority,
        TaskStatus status,
        double estimatedComplexity,
        Duration timeout,
        RetryPolicy retry,
        String labels,
        int attempt,
        @Nullable String agentId,
        @Nullable PlacementFacts placement,
        @Nullable RunKey run,
        @Nullable Integer index,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        Instant createdAt,
        @Nullable Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant attemptStartedAt,
        @Nullable Instant endedAt,
        @Nullable Instant deadline,
        @Nullable String selector,
        boolean preemptible,
        int preemptions,
        @Nullable UUID preemptedFor) {}
