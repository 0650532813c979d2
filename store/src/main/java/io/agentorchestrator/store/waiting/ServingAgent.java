package io.agentorchestrator.store.waiting;

import io.agentorchestrator.store.agent.BreakerPhase;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent that may take tasks, now or soon.
 *
 * @param servesTenants absent: all
 * @param slots tasks that it runs at once
 * @param availability whether it takes tasks, and if not, why
 * @param breaker where its circuit breaker is
 * @param breakerOpenedAt when it opened last; absent while it is closed
 */
public record ServingAgent(
        String agentId,
        List<String> types,
        @Nullable Set<String> servesTenants,
        int slots,
        Availability availability,
        BreakerPhase breaker,
        @Nullable Instant breakerOpenedAt) {
    public ServingAgent {
        types = List.copyOf(types);
        servesTenants = servesTenants == null ? null : Set.copyOf(servesTenants);
    }

    /** Whether it may work for a tenant. */
    public boolean serves(String tenant) {
        return servesTenants == null || servesTenants.contains(tenant);
    }

    /** What is known of an agent's life. */
    public enum Availability {
        LIVE,
        DRAINING,
        /** Its heartbeats have stopped. */
        SILENT
    }
}
