package io.agentorchestrator.api.budget;

import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.submission.Warnings;
import io.agentorchestrator.api.task.ReportViews;
import io.agentorchestrator.store.budget.CostStore.Cost;
import io.agentorchestrator.store.budget.CostStore.Group;
import io.agentorchestrator.store.budget.PeriodBudget;
import io.agentorchestrator.store.budget.PeriodBudgetStore.Used;
import io.agentorchestrator.workflows.budget.BudgetBook;
import io.agentorchestrator.workflows.model.Priority;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
            String updatedBy,
            @Nullable List<Warning> warnings) {
        static BudgetView of(Used used) {
            return of(used, null);
        }

        /** The view of a budget that was just set: warns of what is used of it already. */
        static BudgetView ofChanged(Used used) {
            return of(used, Warnings.orAbsent(warnings(used)));
        }

        private static List<Warning> warnings(Used used) {
            List<Warning> warnings = new ArrayList<>();
            Long cost = used.budget().costMicroUsd();
            Long tokens = used.budget().tokens();
            if (cost != null && cost < used.spentMicroUsd()) {
                warnings.add(usedUp("/cost_usd", BudgetBook.usd(used.spentMicroUsd()) + " USD", used));
            }
            if (tokens != null && tokens < used.spentTokens()) {
                warnings.add(usedUp("/tokens", used.spentTokens() + " tokens", used));
            }
            return warnings;
        }

        private static Warning usedUp(String pointer, String spent, Used used) {
            return new Warning(
                    Warning.Code.BELOW_USE,
                    pointer,
                    "%s are spent already; what runs goes back to the backlog at its next report, and waits until %s, unless the budget is raised"
                            .formatted(spent, used.endsAt()));
        }

        private static BudgetView of(Used used, @Nullable List<Warning> warnings) {
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
                    budget.updatedBy(),
                    warnings);
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
