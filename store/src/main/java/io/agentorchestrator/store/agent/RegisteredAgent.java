package io.agentorchestrator.store.agent;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent in the registry.
 *
 * @param costFactor USD an hour
 * @param state LOST where its last heartbeat is too old, whatever it said then
 * @param activeTasks as of its last heartbeat
 * @param averageTaskSeconds over its recent attempts; absent if there were none
 */
public record RegisteredAgent(
        String agentId,
        List<String> agentTypes,
        String address,
        int maxConcurrentTasks,
        BigDecimal costFactor,
        @Nullable String version,
        String region,
        String labels,
        AgentState state,
        int activeTasks,
        @Nullable Double averageTaskSeconds,
        Instant registeredAt,
        Instant lastHeartbeatAt) {
    public RegisteredAgent {
        agentTypes = List.copyOf(agentTypes);
    }
}
