package io.agentorchestrator.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.workflows.scaling.DemandShares.ServingPool;
import io.agentorchestrator.workflows.scaling.DemandShares.WaitingType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemandSharesTest {
    @Test
    void everyTypeOfAPoolCountsAndWhatRunsToo() {
        ServingPool pool = new ServingPool("a", Set.of("a", "b"), 4, 1, 3);

        Map<String, PoolDemand> demands = DemandShares.of(
                List.of(pool),
                List.of(new WaitingType("a", 2, 10), new WaitingType("b", 5, 5), new WaitingType("c", 9, 9)));

        assertThat(demands).isEqualTo(Map.of("a", new PoolDemand(7, 15, 3)));
    }

    @Test
    void aTypeOfSeveralPoolsIsDividedByTheirSlots() {
        Map<String, PoolDemand> demands = DemandShares.of(
                List.of(
                        new ServingPool("a", Set.of("x"), 6, 1, 0),
                        new ServingPool("b", Set.of("x"), 2, 1, 0),
                        new ServingPool("none", Set.of("x"), 0, 0.1, 0)),
                List.of(new WaitingType("x", 8, 80)));

        assertThat(demands)
                .isEqualTo(
                        Map.of("a", new PoolDemand(6, 60, 0), "b", new PoolDemand(2, 20, 0), "none", PoolDemand.NONE));
    }

    @Test
    void whereNobodyHasSlotsTheCheapestIsStarted() {
        Map<String, PoolDemand> demands = DemandShares.of(
                List.of(
                        new ServingPool("dear", Set.of("x"), 0, 3, 0),
                        new ServingPool("cheap", Set.of("x", "y"), 0, 1, 0)),
                List.of(new WaitingType("x", 8, 80)));

        assertThat(demands).isEqualTo(Map.of("dear", PoolDemand.NONE, "cheap", new PoolDemand(8, 80, 0)));
    }

    @Test
    void slotsHoldTheUtilizationAndDrainTheBacklogInTime() {
        ScalingPolicy policy = ScalingPolicy.DEFAULT;

        assertThat(PoolDemand.NONE.slots(policy)).isZero();
        assertThat(new PoolDemand(0, 0, 8).slots(policy)).isEqualTo(10, within(1e-9));
        assertThat(new PoolDemand(100, 600, 8).slots(policy)).isEqualTo(20, within(1e-9));
        assertThat(new PoolDemand(2, 6_000, 8).slots(policy))
                .as("no more than there are tasks")
                .isEqualTo(12.5, within(1e-9));
        assertThat(new PoolDemand(1, 0, 0).slots(policy))
                .as("of a task that takes no time, more than none")
                .isPositive();
        assertThatThrownBy(() -> new PoolDemand(1, Double.NaN, 0)).hasMessageContaining("waitingSeconds");
    }
}
