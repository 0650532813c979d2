package io.agentorchestrator.workflows.planner;

import java.util.Objects;

/**
 * How one attempt ended, as PostgreSQL recorded it.
 *
 * @param task index in the plan
 * @param attempt from 1
 * @param errorCode empty unless the outcome is FAILED
 * @param retryable whether the agent allows another attempt; false unless the outcome is FAILED
 */
public record AttemptEnd(int task, int attempt, Outcome outcome, String errorCode, boolean retryable) {
    public AttemptEnd {
        errorCode = Objects.requireNonNullElse(errorCode, "");
    }

    /** How an attempt can end. */
    public enum Outcome {
        COMPLETED,
        /** The attempt failed; whether the task has failed is the planner's decision. */
        FAILED,
        CANCELLED
    }
}
