package io.agentorchestrator.store.submission;

import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import org.jspecify.annotations.Nullable;

/**
 * The budget of a task or a DAG as submitted.
 *
 * @param costMicroUsd millionths of a US dollar, 0 or more; null: no limit
 * @param tokens input and output together, 0 or more; null: no limit
 */
public record BudgetTerms(
        @Nullable Long costMicroUsd, @Nullable Long tokens, OnBudgetExceeded onExceeded) {
    public static final BudgetTerms NONE = new BudgetTerms(null, null, OnBudgetExceeded.FAIL);

    /** Tells whether anything is limited. */
    public boolean limits() {
        return costMicroUsd != null || tokens != null;
    }
}
