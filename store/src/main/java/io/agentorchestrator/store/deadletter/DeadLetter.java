package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task that failed for good.
 *
 * @param dagId absent for a standalone task
 * @param key the task's, if it has one
 * @param attempts how many it made
 * @param payload a JSON object, as submitted; absent in lists
 * @param leftAt when it ceased to be OPEN; absent before
 * @param reprocessedAs the task that was made of it; absent unless REPROCESSED
 */
public record DeadLetter(
        EntryId id,
        UUID taskId,
        @Nullable UUID dagId,
        @Nullable String key,
        String tenant,
        String taskType,
        Priority priority,
        String errorCode,
        String errorMessage,
        int attempts,
        Instant failedAt,
        @Nullable String payload,
        DeadLetterState state,
        @Nullable Instant leftAt,
        @Nullable UUID reprocessedAs) {}
