package io.agentorchestrator.api.budget;

import io.agentorchestrator.api.task.ReportViews;
import io.agentorchestrator.store.budget.CostStore.Cost;
import io.agentorchestrator.store.budget.CostStore.Group;
import io.agentorchestrator.store.budget.PeriodBudget;
import io.agentorchestrator.store.budget.PeriodBudgetStore.Used;
import io.agentorchestrator.workflows.model.Priority;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the routes of budgets and costs. */
final class BudgetAnswers {
    private BudgetAnswers() {}

    /** The budgets that bind a tenant. */
    record BudgetList(List<BudgetView> budgets) {
        BudgetList {
            budgets = List.copyOf(budgets);
        }
    }

    /** A budget and what is used of it. */
    record BudgetView(
            String name,
            Duration period,
            @Nullable BigDecimal costUsd,
            @Nullable Long tokens,
            List<Priority> prioritiesHeldBackFirst,
            BigDecimal spentUsd,
            BigDecimal reservedUsd,
            long spentTokens,
            long reservedTokens,
            Instant endsAt,
            Instant updatedAt,
            String updatedBy) {
        static BudgetView of(Used used) {
            PeriodBudget budget = used.budget();
            Long cost = budget.costMicroUsd();
            return new BudgetView(
                    budget.name(),
                    budget.period().length(),
                    cost == null ? null : usd(cost),
                    budget.tokens(),
                    budget.heldBackFirst(),
                    usd(used.spentMicroUsd()),
                    usd(used.reservedMicroUsd()),
                    used.spentTokens(),
                    used.reservedTokens(),
                    used.endsAt(),
                    budget.updatedAt(),
                    budget.updatedBy());
        }

        private static BigDecimal usd(long microUsd) {
            return ReportViews.usd(BigInteger.valueOf(microUsd));
        }
    }

    /**
     * Spending, by what was asked for.
     *
     * @param truncated whether there are more sums than these; null: there are not
     */
    record CostList(
            Instant from,
            Instant to,
            List<CostRow> costs,
            @Nullable Boolean truncated) {
        CostList {
            costs = List.copyOf(costs);
        }
    }

    /** A sum. */
    record CostRow(
            @Nullable String tenant,
            @Nullable String taskType,
            @Nullable String agentType,
            @Nullable String dagId,
            @Nullable String day,
            BigDecimal spentUsd,
            BigDecimal reservedUsd,
            BigInteger inputTokens,
            BigInteger outputTokens,
            BigInteger reservedTokens) {
        static CostRow of(Cost cost) {
            return new CostRow(
                    cost.names().get(Group.TENANT),
                    cost.names().get(Group.TASK_TYPE),
                    cost.names().get(Group.AGENT_TYPE),
                    cost.names().get(Group.DAG),
                    cost.names().get(Group.DAY),
                    ReportViews.usd(cost.costMicroUsd()),
                    ReportViews.usd(cost.reservedMicroUsd()),
                    cost.inputTokens(),
                    cost.outputTokens(),
                    cost.reservedTokens());
        }
    }
}
