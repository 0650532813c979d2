package io.agentorchestrator.store.agent;

import io.agentorchestrator.store.agent.AgentDrains.AgentDrain;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent in the registry.
 *
 * @param servesTenants whose tasks it takes; null: everybody's
 * @param costFactor USD an hour
 * @param state LOST where its last heartbeat is too old, whatever it said then
 * @param drain an operator's; absent if none drains it
 * @param activeTasks as of its last heartbeat
 * @param averageTaskSeconds over its recent attempts; absent if there were none
 * @param breaker its circuit breaker
 */
public record RegisteredAgent(
        String agentId,
        List<String> agentTypes,
        @Nullable Set<String> servesTenants,
        String address,
        int maxConcurrentTasks,
        BigDecimal costFactor,
        @Nullable String version,
        String region,
        String labels,
        AgentState state,
        @Nullable AgentDrain drain,
        int activeTasks,
        @Nullable Double averageTaskSeconds,
        Instant registeredAt,
        Instant lastHeartbeatAt,
        BreakerFacts breaker) {
    public RegisteredAgent {
        agentTypes = List.copyOf(agentTypes);
    }

    /**
     * A circuit breaker.
     *
     * @param failures consecutive ones
     * @param openedAt absent while it is closed
     */
    public record BreakerFacts(
            BreakerPhase phase, int failures, @Nullable Instant openedAt) {}
}
