package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.TaskClass;
import java.util.Map;

/**
 * Tasks that are out of the backlog and have not ended, but for those at agents that are not counted.
 *
 * @param byClass by class and priority: at agents, or on their way there
 * @param atAgents those of them that agents have, by class
 */
public record Outstanding(Map<TaskClass, Map<Priority, Integer>> byClass, Map<TaskClass, Integer> atAgents) {
    /** Nothing is out. */
    public static final Outstanding NONE = new Outstanding(Map.of(), Map.of());

    /** Copies both maps. */
    public Outstanding {
        byClass = Map.copyOf(byClass);
        atAgents = Map.copyOf(atAgents);
    }

    /** All of them. */
    public int tasks() {
        return byClass.values().stream()
                .flatMap(counts -> counts.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }
}
