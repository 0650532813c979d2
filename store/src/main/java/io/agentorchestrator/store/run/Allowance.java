package io.agentorchestrator.store.run;

import org.jspecify.annotations.Nullable;

/**
 * The budget that a task left the backlog with.
 *
 * @param reservedMicroUsd set apart for it, millionths of a US dollar
 * @param allowedMicroUsd that, and what was left of its own budget and its DAG's then; null: no limit
 * @param allowedTokens the same in tokens
 * @param maxCostFactor USD an hour that its agent may cost; null: any agent may have it
 * @param refusal why it is to fail before an agent has it; null: it may run
 */
public record Allowance(
        long reservedMicroUsd,
        @Nullable Long allowedMicroUsd,
        @Nullable Long allowedTokens,
        @Nullable Double maxCostFactor,
        @Nullable String refusal) {}
