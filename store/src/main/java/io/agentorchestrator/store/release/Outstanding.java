package io.agentorchestrator.store.release;

import java.util.Map;

/**
 * Tasks by type that are out of the backlog and have not ended.
 *
 * @param all at agents, or on their way there
 * @param running those of them that agents have
 */
public record Outstanding(Map<String, Integer> all, Map<String, Integer> running) {
    /** Nothing is out. */
    public static final Outstanding NONE = new Outstanding(Map.of(), Map.of());

    /** Copies both maps. */
    public Outstanding {
        all = Map.copyOf(all);
        running = Map.copyOf(running);
    }
}
