package io.agentorchestrator.benchmarks.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.selector.AgentTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeastLoadedTest {
    @Test
    void fillsAgentsInProportionToTheirSlotsAndNoFurther() {
        FleetAgent small = agent("small", "a", 1);
        FleetAgent large = agent("large", "a", 2);
        LeastLoaded agents = new LeastLoaded(() -> List.of(large, small, agent("other", "b", 9)));

        List<FleetAgent> taken = List.of(take(agents), take(agents), take(agents));

        assertThat(taken).containsExactlyInAnyOrder(small, large, large);
        assertThat(agents.take("a")).isNull();
        agents.giveBack(small);
        assertThat(agents.take("a")).isEqualTo(small);
        assertThat(agents.take("c")).isNull();
    }

    private static FleetAgent take(LeastLoaded agents) {
        return Objects.requireNonNull(agents.take("a"));
    }

    private static FleetAgent agent(String id, String type, int slots) {
        return new FleetAgent(
                id,
                Set.of(type),
                null,
                AgentTraits.NONE,
                type,
                "127.0.0.1:1",
                slots,
                0,
                new byte[0],
                Instant.EPOCH,
                true,
                BreakerPhase.CLOSED,
                Duration.ZERO);
    }
}
