package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import org.jspecify.annotations.Nullable;

/**
 * The budget that a task left the backlog with.
 *
 * @param reservedMicroUsd set apart for it, millionths of a US dollar
 * @param reservedTokens the same in tokens
 * @param allowedMicroUsd that, and what was left of its own budget and its DAG's then; null: no limit
 * @param allowedTokens the same in tokens
 * @param maxCostFactor USD an hour that its agent may cost; null: any agent may have it
 * @param refusal why it is to fail before an agent has it; null: it may run
 */
public record Allowance(
        long reservedMicroUsd,
        long reservedTokens,
        @Nullable Long allowedMicroUsd,
        @Nullable Long allowedTokens,
        @Nullable Double maxCostFactor,
        @Nullable String refusal) {

    /** Tells whether this is more than what is set apart: a budget may not suffice for it. */
    public boolean isExceededBy(Usage usage) {
        return usage.costMicroUsd() > reservedMicroUsd || usage.inputTokens() + usage.outputTokens() > reservedTokens;
    }
}
