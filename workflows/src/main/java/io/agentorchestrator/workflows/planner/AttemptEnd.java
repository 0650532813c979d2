package io.agentorchestrator.workflows.planner;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of one attempt, as PostgreSQL recorded it.
 *
 * @param task index in the plan
 * @param attempt from 1
 * @param errorCode empty unless the outcome is FAILED
 * @param retryable whether the agent allows another attempt; false unless the outcome is FAILED
 * @param name what people call the task, its key or its id, for those who look at the run; may be there where it FAILED
 */
public record AttemptEnd(
        int task,
        int attempt,
        Outcome outcome,
        String errorCode,
        boolean retryable,
        @Nullable String name) {
    public AttemptEnd {
        errorCode = Objects.requireNonNullElse(errorCode, "");
    }

    /** The end of an attempt at a task that is known by its index alone. */
    public AttemptEnd(int task, int attempt, Outcome outcome, String errorCode, boolean retryable) {
        this(task, attempt, outcome, errorCode, retryable, null);
    }

    /** The outcome of an attempt. */
    public enum Outcome {
        COMPLETED,
        /** The attempt failed; whether the task has failed is the planner's decision. */
        FAILED,
        CANCELLED
    }
}
