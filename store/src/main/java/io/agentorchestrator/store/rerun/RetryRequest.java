package io.agentorchestrator.store.rerun;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to run an ended DAG again.
 *
 * @param from keys of tasks that run again with all that depends on them, completed or not
 * @param payloads by key; a task with a changed payload counts as named in {@code from}
 * @param reason why, in the caller's words; may be empty
 * @param costBudgetMicroUsd the DAG's budget from now on, millionths of a US dollar over all runs; null leaves it
 * @param tokenBudget the same in tokens
 */
public record RetryRequest(
        List<String> from,
        Map<String, NewPayload> payloads,
        String reason,
        @Nullable Long costBudgetMicroUsd,
        @Nullable Long tokenBudget) {
    /** A request that leaves the budget as it is. */
    public RetryRequest(List<String> from, Map<String, NewPayload> payloads, String reason) {
        this(from, payloads, reason, null, null);
    }

    public RetryRequest {
        from = List.copyOf(from);
        payloads = Map.copyOf(payloads);
    }

    /** Tells whether the DAG's budget is to change. */
    boolean hasBudget() {
        return costBudgetMicroUsd != null || tokenBudget != null;
    }
}
