package io.agentorchestrator.workflows.budget;

import org.jspecify.annotations.Nullable;

/** The decision on a task that wants to leave the backlog. */
public sealed interface BudgetDecision {
    /**
     * It leaves.
     *
     * @param reservation set apart for it
     * @param allowedMicroUsd the reservation and what else is free of its own budget and its DAG's; null: no limit
     * @param cheaper null: any agent may have it
     */
    record Admitted(
            Amount reservation,
            @Nullable Long allowedMicroUsd,
            @Nullable Long allowedTokens,
            @Nullable Cheaper cheaper) implements BudgetDecision {}

    /**
     * The agents that may have a task.
     *
     * @param maxCostFactor USD an hour that one may cost at most
     * @param account whose budget does not suffice for others
     */
    record Cheaper(double maxCostFactor, String account) {}

    /** It waits: what is set apart for others may be enough for it once they have ended, or a period ends. */
    record Waits(String account) implements BudgetDecision {}

    /** It waits until somebody raises the budget, and its DAG is to be paused. */
    record Paused(String account) implements BudgetDecision {}

    /** It fails before any agent has it. */
    record Failed(String account, String why) implements BudgetDecision {}
}
