package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt, to be recorded under the numbers of its dispatch.
 *
 * @param result JSON; null unless the outcome is COMPLETED
 * @param errorCode null unless the attempt failed or was cancelled
 */
public record AttemptOutcome(
        UUID taskId,
        int index,
        int attempt,
        int epoch,
        @Nullable String agentId,
        AttemptEnd.Outcome outcome,
        @Nullable String result,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        boolean retryable,
        Usage usage) {

    /**
     * What the attempt used up.
     *
     * @param costMicroUsd millionths of a US dollar
     */
    public record Usage(long costMicroUsd, long inputTokens, long outputTokens) {
        public static final Usage NONE = new Usage(0, 0, 0);
    }
}
