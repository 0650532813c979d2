package io.agentorchestrator.api.task;

import io.agentorchestrator.store.budget.CostStore;
import io.agentorchestrator.store.reading.TaskFacts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The budget of a task or a DAG as it holds now, and the estimate of what an attempt costs.
 *
 * @param estimatedMicroUsd millionths of a US dollar; null: nothing is known, or it is a DAG
 * @param costBudget in USD
 */
public record SpendingFacts(
        @Nullable Long estimatedMicroUsd,
        @Nullable BigDecimal costBudget,
        @Nullable Long tokenBudget,
        @Nullable String onBudgetExceeded) {
    /** Of a budget alone. */
    public static SpendingFacts of(CostStore.@Nullable Budget budget, @Nullable Long estimatedMicroUsd) {
        if (budget == null) {
            return new SpendingFacts(estimatedMicroUsd, null, null, null);
        }
        Long cost = budget.costLimitMicroUsd();
        return new SpendingFacts(
                estimatedMicroUsd,
                cost == null ? null : ReportViews.usd(BigInteger.valueOf(cost)),
                budget.tokenLimit(),
                budget.onExceeded());
    }

    static SpendingFacts of(CostStore costs, String tenant, TaskFacts task) {
        return of(
                costs.budget(task.taskId()).orElse(null),
                costs.estimates(tenant, Set.of(task.taskType())).get(task.taskType()));
    }
}
