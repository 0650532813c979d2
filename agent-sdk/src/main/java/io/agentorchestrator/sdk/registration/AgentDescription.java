package io.agentorchestrator.sdk.registration;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent's description of itself, sent at registration.
 *
 * @param agentTypes the task types it serves; the first names its pool
 * @param address {@code host:port} under which workers reach it
 * @param costFactor US dollars an hour
 * @param version for selectors, like the region and the labels
 */
public record AgentDescription(
        List<String> agentTypes,
        String address,
        int maxConcurrentTasks,
        double costFactor,
        String version,
        @Nullable String region,
        Map<String, String> labels) {
    public AgentDescription {
        agentTypes = List.copyOf(agentTypes);
        labels = Map.copyOf(labels);
    }
}
