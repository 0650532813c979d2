package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.waiting.WaitReader;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Says for what queued tasks are held out of line, in the words of the limit or budget that holds them. Thread-safe. */
@Component
final class HeldWaits {
    private final WaitReader reader;
    private final LimitWaits limits;
    private final BudgetWaits budgets;

    HeldWaits(WaitReader reader, LimitWaits limits, BudgetWaits budgets) {
        this.reader = reader;
        this.limits = limits;
        this.budgets = budgets;
    }

    /** The waits of those of these tasks that are held, by task. */
    Map<UUID, WaitingView> of(String tenant, Collection<UUID> tasks) {
        Map<String, Optional<WaitingView>> byReason = new HashMap<>();
        Map<UUID, WaitingView> held = new HashMap<>();
        reader.held(tasks)
                .forEach((task, reason) -> byReason.computeIfAbsent(
                                reason, same -> limits.of(same).or(() -> budgets.of(tenant, task, same)))
                        .ifPresent(view -> held.put(task, view)));
        return held;
    }
}
