package io.agentorchestrator.worker.fleet;

import static io.agentorchestrator.worker.testkit.Agents.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentTrustTest {
    @Test
    void agentsAreFilledByTheirSlotsWhileTheirBreakersAreClosed() {
        AgentTrust trust = trust(
                Map.of("a", Phase.CLOSED, "b", Phase.CLOSED),
                agent("a", "x", 3, "CLOSED"),
                agent("b", "x", 4, "CLOSED"),
                agent("drains", "x", 5, false, "CLOSED"));

        assertThat(trust.fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 7));
    }

    @Test
    void anAgentWithAnOpenBreakerHasNoCreditAndAHalfOpenOneHasOneSlot() {
        AgentTrust trust = trust(
                Map.of("a", Phase.OPEN, "b", Phase.HALF_OPEN, "c", Phase.OPEN),
                agent("a", "x", 3, "CLOSED"),
                agent("b", "x", 4, "CLOSED"),
                agent("c", "only", 4, "CLOSED"));

        assertThat(trust.fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 1));
    }

    @Test
    void whatThisWorkerHasNotSeenIsAsTheRegistrySays() {
        AgentTrust trust = trust(Map.of("a", Phase.CLOSED), agent("a", "x", 3, "OPEN"), agent("b", "x", 4, "OPEN"));

        assertThat(trust.phases()).containsExactly(Map.entry("a", Phase.CLOSED), Map.entry("b", Phase.OPEN));
        assertThat(trust.fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 3));
    }

    @Test
    void anAgentThatThisWorkerCannotReachHasNoSlots() {
        AgentTrust trust = trust(Map.of(), agent("unreachable", "x", 3, "CLOSED"), agent("b", "x", 4, "CLOSED"));

        assertThat(trust.fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 4));
    }

    @Test
    void agentsThatTakeTheSameTasksAreOneClass() {
        AgentTrust trust = trust(
                Map.of(),
                serving(agent("a", "x", 1, "CLOSED"), "one", "two"),
                serving(agent("b", "x", 2, "CLOSED"), "two", "one"),
                serving(agent("c", "x", 4, "CLOSED"), "one"),
                agent("d", "x", 8, "CLOSED"));

        assertThat(trust.fleet().classes())
                .containsExactlyInAnyOrder(
                        new AgentClass(new Eligibility(Set.of("x"), Set.of("one", "two")), 3),
                        new AgentClass(new Eligibility(Set.of("x"), Set.of("one")), 4),
                        new AgentClass(Set.of("x"), 8));
    }

    private static FleetAgent serving(FleetAgent agent, String... tenants) {
        return new FleetAgent(
                agent.agentId(),
                agent.agentTypes(),
                Set.of(tenants),
                agent.pool(),
                agent.address(),
                agent.maxConcurrentTasks(),
                agent.costPerHourUsd(),
                agent.credentialSalt(),
                agent.registeredAt(),
                agent.ready(),
                agent.breakerState(),
                agent.silentFor());
    }

    private static AgentTrust trust(Map<String, Phase> seen, FleetAgent... agents) {
        return new AgentTrust(() -> List.of(agents), seen::get, agentId -> !agentId.equals("unreachable"));
    }
}
