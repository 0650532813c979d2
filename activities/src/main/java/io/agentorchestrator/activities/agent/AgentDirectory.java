package io.agentorchestrator.activities.agent;

import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.fleet.FleetStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The agents that can be reached, as of the last {@link #refresh}. Thread-safe. */
public final class AgentDirectory {
    private final Supplier<List<FleetAgent>> live;
    private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
    private volatile Map<String, FleetAgent> agents = Map.of();

    public AgentDirectory(FleetStore store) {
        this(store::registered);
    }

    /** Of agents that are registered somewhere else. */
    public AgentDirectory(Supplier<List<FleetAgent>> live) {
        this.live = live;
    }

    /** Reads the registry anew; the caller decides how often. */
    public void refresh() {
        agents = live.get().stream().collect(Collectors.toUnmodifiableMap(FleetAgent::agentId, Function.identity()));
        onChange.forEach(Runnable::run);
    }

    /** Runs after every refresh, on its thread: must be short. */
    public void onRefresh(Runnable listener) {
        onChange.add(listener);
    }

    public Map<String, FleetAgent> agents() {
        return agents;
    }

    public @Nullable FleetAgent find(String agentId) {
        return agents.get(agentId);
    }
}
