package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.store.fleet.FleetAgent;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds, for a task, the agent whose slots are filled least, as far as this process filled them. Thread-safe. */
final class LeastLoaded {
    private final Supplier<Collection<FleetAgent>> agents;
    private final Map<String, Integer> tasks = new HashMap<>();

    LeastLoaded(Supplier<Collection<FleetAgent>> agents) {
        this.agents = agents;
    }

    /** Takes a slot; null where no agent that serves the type has one. */
    synchronized @Nullable FleetAgent take(String taskType) {
        FleetAgent best = agents.get().stream()
                .filter(agent -> agent.ready() && agent.agentTypes().contains(taskType))
                .filter(agent -> load(agent) < 1)
                .min(Comparator.comparingDouble(this::load))
                .orElse(null);
        if (best != null) {
            tasks.merge(best.agentId(), 1, Integer::sum);
        }
        return best;
    }

    synchronized void giveBack(FleetAgent agent) {
        tasks.merge(agent.agentId(), -1, Integer::sum);
    }

    private double load(FleetAgent agent) {
        return (double) tasks.getOrDefault(agent.agentId(), 0) / agent.maxConcurrentTasks();
    }
}
