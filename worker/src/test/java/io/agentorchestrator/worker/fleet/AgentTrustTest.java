package io.agentorchestrator.worker.fleet;

import static io.agentorchestrator.worker.testkit.Agents.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.BreakerPhase;
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
                Map.of("a", BreakerPhase.CLOSED, "b", BreakerPhase.CLOSED),
                agent("a", "x", 3, BreakerPhase.CLOSED),
                agent("b", "x", 4, BreakerPhase.CLOSED),
                agent("drains", "x", 5, false, BreakerPhase.CLOSED));

        assertThat(trust.fillable(List.of()).fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 7));
    }

    @Test
    void anAgentWithAnOpenBreakerHasNoCreditAndAHalfOpenOneHasOneSlot() {
        AgentTrust trust = trust(
                Map.of("a", BreakerPhase.OPEN, "b", BreakerPhase.HALF_OPEN, "c", BreakerPhase.OPEN),
                agent("a", "x", 3, BreakerPhase.CLOSED),
                agent("b", "x", 4, BreakerPhase.CLOSED),
                agent("c", "only", 4, BreakerPhase.CLOSED));

        assertThat(trust.fillable(List.of()).fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 1));
    }

    @Test
    void whatThisWorkerHasNotSeenIsAsTheRegistrySays() {
        AgentTrust trust = trust(
                Map.of("a", BreakerPhase.CLOSED),
                agent("a", "x", 3, BreakerPhase.OPEN),
                agent("b", "x", 4, BreakerPhase.OPEN));

        assertThat(trust.phases())
                .containsExactly(Map.entry("a", BreakerPhase.CLOSED), Map.entry("b", BreakerPhase.OPEN));
        assertThat(trust.fillable(List.of()).fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 3));
    }

    @Test
    void anAgentThatThisWorkerCannotReachHasNoSlots() {
        AgentTrust trust = trust(
                Map.of(), agent("unreachable", "x", 3, BreakerPhase.CLOSED), agent("b", "x", 4, BreakerPhase.CLOSED));

        assertThat(trust.fillable(List.of()).fleet().classes()).containsExactly(new AgentClass(Set.of("x"), 4));
    }

    @Test
    void agentsThatTakeTheSameTasksAreOneClass() {
        AgentTrust trust = trust(
                Map.of(),
                serving(agent("a", "x", 1, BreakerPhase.CLOSED), "one", "two"),
                serving(agent("b", "x", 2, BreakerPhase.CLOSED), "two", "one"),
                serving(agent("c", "x", 4, BreakerPhase.CLOSED), "one"),
                agent("d", "x", 8, BreakerPhase.CLOSED));

        assertThat(trust.fillable(List.of()).fleet().classes())
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
                agent.traits(),
                agent.pool(),
                agent.address(),
                agent.maxConcurrentTasks(),
                agent.costPerHourUsd(),
                agent.credentialSalt(),
                agent.registeredAt(),
                agent.ready(),
                agent.breaker(),
                agent.silentFor());
    }

    private static AgentTrust trust(Map<String, BreakerPhase> seen, FleetAgent... agents) {
        return new AgentTrust(() -> List.of(agents), seen::get, agentId -> !agentId.equals("unreachable"));
    }
}
