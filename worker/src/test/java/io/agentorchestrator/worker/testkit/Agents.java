package io.agentorchestrator.worker.testkit;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.selector.AgentTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Agents as the registry has them. */
public final class Agents {
    private Agents() {}

    /** A live agent of one type that takes tasks, with its breaker as the registry has it. */
    public static FleetAgent agent(String id, String type, int slots, BreakerPhase breaker) {
        return agent(id, type, slots, true, breaker);
    }

    public static FleetAgent agent(String id, String type, int slots, boolean ready, BreakerPhase breaker) {
        return new FleetAgent(
                id,
                Set.of(type),
                null,
                AgentTraits.NONE,
                type,
                "127.0.0.1:1",
                slots,
                1.0,
                new byte[0],
                Instant.EPOCH,
                ready,
                breaker,
                Duration.ZERO);
    }
}
