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
 * @param ran since its agent accepted it; null where no agent has had it
 * @param workerId who says so; null where that is nobody's business
 * @param byAgent whether the agent told it, which counts whoever watches the task; otherwise it is the worker's judgement, which counts only
 *     while that worker watches it
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
        @Nullable Duration ran,
        @Nullable String workerId,
        boolean byAgent) {

    /** The same, as this worker saw it. */
    public AttemptOutcome by(String watcher, boolean toldByAgent, @Nullable Duration atAgent) {
        return new AttemptOutcome(
                taskId,
                index,
                attempt,
                epoch,
                agentId,
                outcome,
                result,
                errorCode,
                errorMessage,
                retryable,
                usage,
                atAgent,
                watcher,
                toldByAgent);
    }

    /** The same, of another dispatch of the attempt. */
    public AttemptOutcome ofDispatch(int otherEpoch, String otherAgentId) {
        return new AttemptOutcome(
                taskId,
                index,
                attempt,
                otherEpoch,
                otherAgentId,
                outcome,
                result,
                errorCode,
                errorMessage,
                retryable,
                usage,
                ran,
                workerId,
                byAgent);
    }

    /**
     * The cost and tokens that the attempt used up.
     *
     * @param costMicroUsd millionths of a US dollar
     */
    public record Usage(long costMicroUsd, long inputTokens, long outputTokens) {
        public static final Usage NONE = new Usage(0, 0, 0);
    }
}
