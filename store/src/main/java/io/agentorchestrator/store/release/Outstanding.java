package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import java.util.Map;

/**
 * Tasks that are out of the backlog and have not ended.
 *
 * @param byType by type and priority: at agents, or on their way there
 * @param atAgents those of them that agents have, by type
 */
public record Outstanding(Map<String, Map<Priority, Integer>> byType, Map<String, Integer> atAgents) {
    /** Nothing is out. */
    public static final Outstanding NONE = new Outstanding(Map.of(), Map.of());

    /** Copies both maps. */
    public Outstanding {
        byType = Map.copyOf(byType);
        atAgents = Map.copyOf(atAgents);
    }

    /** All of them. */
    public int tasks() {
        return byType.values().stream()
                .flatMap(counts -> counts.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }
}
