package io.agentorchestrator.store.state;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt, to be recorded under the numbers of its dispatch.
 *
 * @param result JSON; null unless the outcome is COMPLETED
 * @param errorCode null unless the attempt failed or was cancelled
 * @param ran since its agent accepted it; zero where that is unknown
 * @param workerId where present, the outcome counts only while this worker watches the task
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
        Usage usage,
        Duration ran,
        @Nullable String workerId) {

    /**
     * What the attempt used up.
     *
     * @param costMicroUsd millionths of a US dollar
     */
    public record Usage(long costMicroUsd, long inputTokens, long outputTokens) {
        public static final Usage NONE = new Usage(0, 0, 0);
    }
}
