package io.agentorchestrator.api.waiting;

import io.agentorchestrator.api.waiting.WaitingView.Reason;
import io.agentorchestrator.store.budget.CostStore;
import io.agentorchestrator.store.budget.HeldFor;
import io.agentorchestrator.store.budget.PeriodBudget.Period;
import io.agentorchestrator.store.budget.PeriodBudgetStore;
import io.agentorchestrator.store.budget.PeriodBudgetStore.Used;
import io.agentorchestrator.workflows.budget.BudgetBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells of budgets that tasks wait for: what is used of them, and when there is room again. Thread-safe. */
@Component
final class BudgetWaits {
    private final CostStore costs;
    private final PeriodBudgetStore periods;

    BudgetWaits(CostStore costs, PeriodBudgetStore periods) {
        this.costs = costs;
        this.periods = periods;
    }

    /**
     * The wait of what is held.
     *
     * @param heldBy what it is held for; empty if that is no budget
     */
    Optional<WaitingView> of(String tenant, UUID task, String heldBy) {
        return heldBy.startsWith(HeldFor.ROOM) || heldBy.startsWith(HeldFor.RAISE)
                ? Optional.of(view(tenant, task, heldBy))
                : Optional.empty();
    }

    private WaitingView view(String tenant, UUID task, String reason) {
        String key = HeldFor.keyOf(reason);
        if (HeldFor.isPeriodic(key)) {
            return WaitingView.of(Reason.BUDGET, periodic(tenant, key));
        }
        String whose = key.equals(task.toString()) ? "its own budget" : "the budget of its DAG";
        String path = (key.equals(task.toString()) ? "/v1/tasks/" : "/v1/dags/") + key;
        String used = used(costs.budget(UUID.fromString(key)).orElse(null));
        return WaitingView.of(
                Reason.BUDGET,
                reason.startsWith(HeldFor.RAISE)
                        ? whose + " does not suffice for it" + used + "; it goes on once somebody raises it by PATCH "
                                + path
                        : "what is left of " + whose
                                + " is set apart for tasks that run, or suffices for cheaper agents only, of which none has room"
                                + used);
    }

    private static String used(CostStore.@Nullable Budget budget) {
        if (budget == null) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        if (budget.costLimitMicroUsd() != null) {
            parts.add("%s of %s USD are spent"
                    .formatted(BudgetBook.usd(budget.spentMicroUsd()), BudgetBook.usd(budget.costLimitMicroUsd())));
        }
        if (budget.tokenLimit() != null) {
            parts.add("%,d of %,d tokens are spent".formatted(budget.spentTokens(), budget.tokenLimit()));
        }
        return ": " + String.join(", ", parts);
    }

    private String periodic(String tenant, String key) {
        for (Used used : periods.list(tenant)) {
            if (HeldFor.isOf(key, used.budgetId())) {
                String each = used.budget().period() == Period.HOUR ? "this hour" : "today";
                String first =
                        HeldFor.isPart(key) ? " its priority may use only a part of it, and others go first;" : "";
                return "the budget '%s' is used up for %s:%s %s USD and %,d tokens are spent, %s USD and %,d tokens set apart; it begins anew at %s"
                        .formatted(
                                used.budget().name(),
                                each,
                                first,
                                BudgetBook.usd(used.spentMicroUsd()),
                                used.spentTokens(),
                                BudgetBook.usd(used.reservedMicroUsd()),
                                used.reservedTokens(),
                                used.endsAt());
            }
        }
        return "a budget that is no more; it goes on in a moment";
    }
}
