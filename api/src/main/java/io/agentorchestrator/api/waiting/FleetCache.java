package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.agent.AgentConnectionStore;
import io.agentorchestrator.store.waiting.ServingAgent;
import io.agentorchestrator.store.waiting.WaitReader;
import io.agentorchestrator.store.waiting.WaitReader.Preemptible;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * The agents, as of a second ago at most. However many ask, the store is asked twice a second, beside them, and not at all once nobody has
 * asked for a minute. Thread-safe.
 */
@Component
public final class FleetCache {
    /** Time for which the agents are kept fresh after they were asked for, as for clients that submit now and then. */
    private static final Duration WANTED = Duration.ofMinutes(1);

    private final Cached<FleetView> agents;
    private final Cached<Map<String, Integer>> tasks;
    private final Cached<List<Preemptible>> preemptible;

    FleetCache(WaitReader reader, AgentConnectionStore connections) {
        this.agents = new Cached<>(
                () -> new FleetView(reader.agents(), connections.unreached(), reader.isAnyWorkerAlive()), WANTED);
        this.tasks = new Cached<>(reader::tasksByAgent, Duration.ZERO);
        this.preemptible = new Cached<>(reader::preemptible, Duration.ZERO);
    }

    /** The agents; empty while the store does not answer. */
    public Optional<FleetView> now() {
        return agents.get();
    }

    /** Counts the running tasks of these agents that may be stopped for one of the priority; empty while the store does not answer. */
    Optional<Integer> preemptible(List<ServingAgent> of, Priority priority) {
        Set<String> agents = of.stream().map(ServingAgent::agentId).collect(Collectors.toSet());
        return preemptible
                .get()
                .map(all -> all.stream()
                        .filter(some -> agents.contains(some.agentId())
                                && some.priority().compareTo(priority) > 0)
                        .mapToInt(Preemptible::tasks)
                        .sum());
    }

    /** Counts the slots that these agents use; empty while the store does not answer. */
    Optional<Integer> busySlots(List<ServingAgent> of) {
        return tasks.get()
                .map(byAgent -> of.stream()
                        .mapToInt(agent -> Math.min(agent.slots(), byAgent.getOrDefault(agent.agentId(), 0)))
                        .sum());
    }
}
