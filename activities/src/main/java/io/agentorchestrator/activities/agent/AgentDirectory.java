package io.agentorchestrator.activities.agent;

import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.fleet.FleetStore;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The agents that can be reached, as of the last {@link #refresh}. Thread-safe. */
public final class AgentDirectory {
    private final FleetStore store;
    private volatile Map<String, FleetAgent> agents = Map.of();

    public AgentDirectory(FleetStore store) {
        this.store = store;
    }

    /** Reads the registry anew; the caller decides how often. */
    public void refresh() {
        agents = store.registered().stream()
                .collect(Collectors.toUnmodifiableMap(FleetAgent::agentId, Function.identity()));
    }

    public Map<String, FleetAgent> agents() {
        return agents;
    }
}
