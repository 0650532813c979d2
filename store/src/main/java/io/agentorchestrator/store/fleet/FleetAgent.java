package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.selector.AgentTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registered agent.
 *
 * @param servesTenants whose tasks it takes; null: everybody's
 * @param traits what it says of itself, for selectors
 * @param pool its first type
 * @param costPerHourUsd its cost factor
 * @param credentialSalt of the credential of its registration; owned by this record and not to be changed
 * @param registeredAt when its process, or a later one under its id, registered
 * @param ready whether it takes new tasks: it neither drains nor is silent; otherwise it still answers for those it has
 * @param breaker where its circuit breaker is
 * @param silentFor since it was last heard of
 */
public record FleetAgent(
        String agentId,
        Set<String> agentTypes,
        @Nullable Set<String> servesTenants,
        AgentTraits traits,
        String pool,
        String address,
        int maxConcurrentTasks,
        double costPerHourUsd,
        byte[] credentialSalt,
        Instant registeredAt,
        boolean ready,
        BreakerPhase breaker,
        Duration silentFor) {

    /** Which tasks it may be given. */
    public Eligibility accepts() {
        return new Eligibility(agentTypes, servesTenants, traits);
    }
}
