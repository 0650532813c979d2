package io.agentorchestrator.store.fleet;

import java.util.List;

/**
 * A tenant's queues that hold anything.
 *
 * @param complete whether all tasks were counted
 */
public record TenantQueues(List<TenantQueue> queues, boolean complete) {
    /** Copies the list. */
    public TenantQueues {
        queues = List.copyOf(queues);
    }
}
