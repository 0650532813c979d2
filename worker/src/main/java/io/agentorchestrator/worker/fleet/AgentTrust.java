package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells how far the live agents are trusted with tasks, by their circuit breakers. Thread-safe, if what it asks is. */
public final class AgentTrust {
    private static final int SLOTS_OF_A_TRIAL = 1;

    private final Supplier<Collection<FleetAgent>> agents;
    private final Function<String, @Nullable BreakerPhase> breakers;
    private final Predicate<String> reachable;

    /**
     * Asks each time anew.
     *
     * @param breakers by agent id; null where this worker has not seen the agent's yet
     * @param reachable by agent id: whether this worker can talk to it, as far as it knows
     */
    public AgentTrust(
            Supplier<Collection<FleetAgent>> agents,
            Function<String, @Nullable BreakerPhase> breakers,
            Predicate<String> reachable) {
        this.agents = agents;
        this.breakers = breakers;
        this.reachable = reachable;
    }

    /**
     * Finds the agents that release may fill: one whose breaker is open has no slot, nor has one that this worker cannot reach; one whose
     * breaker is half-open has one.
     *
     * @param selectors of tasks that wait, which tell agents apart
     */
    public Fillable fillable(Collection<WaitingSelector> selectors) {
        List<FleetAgent> taking = agents.get().stream()
                .filter(FleetAgent::ready)
                .filter(agent -> reachable.test(agent.agentId()))
                .filter(agent -> phase(agent) != BreakerPhase.OPEN)
                .toList();
        return new Fillable(
                Fleet.of(
                        taking.stream()
                                .map(agent -> new Fleet.AgentClass(agent.accepts(), slots(agent)))
                                .toList(),
                        selectors),
                taking.stream().map(FleetAgent::agentId).collect(Collectors.toUnmodifiableSet()));
    }

    /** Agents that may be given tasks, as of one moment: their slots, and their ids. */
    public record Fillable(Fleet fleet, Set<String> agentIds) {}

    /** Where the breakers of all live agents are, by agent id. */
    public Map<String, BreakerPhase> phases() {
        Map<String, BreakerPhase> phases = new TreeMap<>();
        agents.get().forEach(agent -> phases.put(agent.agentId(), phase(agent)));
        return phases;
    }

    private int slots(FleetAgent agent) {
        return switch (phase(agent)) {
            case CLOSED -> agent.maxConcurrentTasks();
            case HALF_OPEN -> SLOTS_OF_A_TRIAL;
            case OPEN -> 0;
        };
    }

    private BreakerPhase phase(FleetAgent agent) {
        BreakerPhase seen = breakers.apply(agent.agentId());
        return seen == null ? agent.breaker() : seen;
    }
}
