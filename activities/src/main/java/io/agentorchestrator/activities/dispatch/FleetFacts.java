package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.activities.dispatch.DispatchMessage.AgentFacts;
import io.agentorchestrator.activities.dispatch.DispatchMessage.Trust;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Makes of the registry's agents and this worker's view of their circuit breakers what dispatch goes by. */
final class FleetFacts {
    /** So long without a heartbeat while others' arrive, and an agent that cannot be reached either is lost. */
    static final Duration SILENT_AFTER = Duration.ofSeconds(20);
    /** Somebody's heartbeat this young: the API is there to take them. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private FleetFacts() {}

    static List<AgentFacts> of(Collection<FleetAgent> agents, Breakers breakers) {
        boolean heartbeatsArrive =
                agents.stream().anyMatch(agent -> agent.silentFor().compareTo(FRESH) < 0);
        return agents.stream()
                .map(agent -> new AgentFacts(
                        agent.agentId(),
                        agent.accepts(),
                        agent.maxConcurrentTasks(),
                        agent.costPerHourUsd(),
                        agent.ready(),
                        trust(agent, breakers),
                        heartbeatsArrive && agent.silentFor().compareTo(SILENT_AFTER) >= 0))
                .sorted(Comparator.comparing(AgentFacts::agentId))
                .toList();
    }

    /** Before this worker has looked up the breaker itself, it goes by what the registry says. */
    private static Trust trust(FleetAgent agent, Breakers breakers) {
        BreakerPhase seen = breakers.phase(agent.agentId());
        BreakerPhase phase = seen == null ? agent.breaker() : seen;
        return switch (phase) {
            case CLOSED -> Trust.CLOSED;
            case HALF_OPEN -> breakers.isTrialFree(agent.agentId()) ? Trust.TRIAL_FREE : Trust.NONE;
            case OPEN -> Trust.NONE;
        };
    }
}
