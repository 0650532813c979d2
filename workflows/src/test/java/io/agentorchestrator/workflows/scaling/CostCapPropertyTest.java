package io.agentorchestrator.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.workflows.scaling.CostCap.Capped;
import io.agentorchestrator.workflows.scaling.CostCap.PoolWish;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CostCapPropertyTest {
    private static final int SEEDS = 5_000;

    @Test
    void costsAtMostTheBudgetWhereverTheFloorsDo() {
        int capped = 0;
        int overFloors = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<PoolWish> wishes = wishes(random);
            long budget = random.nextLong(0, 1 + 2 * Math.max(1, cost(wishes)));

            Capped result = CostCap.apply(budget, wishes);

            long floors = wishes.stream()
                    .mapToLong(each -> each.floor() * each.costMicroUsdPerHour())
                    .sum();
            assertThat(result.costMicroUsdPerHour())
                    .as("seed %d", seed)
                    .isEqualTo(wishes.stream()
                            .mapToLong(each -> result.replicas().get(each.pool()) * each.costMicroUsdPerHour())
                            .sum())
                    .isLessThanOrEqualTo(Math.max(budget, floors));
            for (PoolWish each : wishes) {
                assertThat(result.replicas().get(each.pool()))
                        .as("seed %d, %s", seed, each)
                        .isBetween(each.floor(), each.replicas());
            }
            if (cost(wishes) <= budget) {
                assertThat(result.costMicroUsdPerHour()).as("nothing to cap").isEqualTo(cost(wishes));
            } else {
                capped++;
                overFloors += floors > budget ? 1 : 0;
            }
            assertNothingIsTakenForNothing(budget, wishes, result);
        }
        assertThat(capped).isGreaterThan(SEEDS / 10);
        assertThat(overFloors).isGreaterThan(SEEDS / 100);
    }

    /** A pool lost replicas beyond its first one only if every dearer one is down to one or its floor. */
    private static void assertNothingIsTakenForNothing(long budget, List<PoolWish> wishes, Capped result) {
        for (PoolWish cheap : wishes) {
            if (result.replicas().get(cheap.pool()) == cheap.replicas()) {
                continue;
            }
            for (PoolWish dear : wishes) {
                if (dear.costPerSlot() > cheap.costPerSlot()) {
                    assertThat(result.replicas().get(dear.pool()))
                            .as("%s before %s at %d", dear, cheap, budget)
                            .isLessThanOrEqualTo(Math.max(1, dear.floor()));
                }
            }
        }
    }

    @Test
    void theDearestSlotsGoFirstAndEachPoolKeepsOneReplicaAsLongAsItCan() {
        List<PoolWish> wishes = List.of(
                new PoolWish("large", 5, 0, 4_000_000, 16),
                new PoolWish("small", 5, 0, 1_000_000, 1),
                new PoolWish("free", 50, 0, 0, 1));

        assertThat(CostCap.apply(23_000_000, wishes).replicas()).isEqualTo(Map.of("large", 5, "small", 3, "free", 50));
        assertThat(CostCap.apply(10_000_000, wishes).replicas()).isEqualTo(Map.of("large", 2, "small", 1, "free", 50));
        assertThat(CostCap.apply(4_500_000, wishes).replicas()).isEqualTo(Map.of("large", 1, "small", 0, "free", 50));
        assertThat(CostCap.apply(0, wishes).replicas()).isEqualTo(Map.of("large", 0, "small", 0, "free", 50));
    }

    @Test
    void whatRunsKeepsItsReplicas() {
        int floor = PoolWish.floor(new ReplicaRange(0, 10, 4), 9);
        assertThat(floor).isEqualTo(3);
        assertThat(CostCap.apply(0, List.of(new PoolWish("busy", 5, floor, 1_000_000, 4))))
                .isEqualTo(new Capped(Map.of("busy", 3), 3_000_000));
    }

    @Test
    void refusesWhatMakesNoSense() {
        PoolWish wish = new PoolWish("one", 1, 0, 1, 1);
        assertThatThrownBy(() -> CostCap.apply(-1, List.of())).hasMessageContaining("budgetMicroUsdPerHour");
        assertThatThrownBy(() -> CostCap.apply(1, List.of(wish, wish))).hasMessageContaining("one");
        assertThatThrownBy(() -> new PoolWish("one", 1, 0, -1, 1)).hasMessageContaining("costMicroUsdPerHour");
        assertThatThrownBy(() -> new PoolWish("one", -1, 0, 1, 1)).hasMessageContaining("replicas");
    }

    private static List<PoolWish> wishes(Random random) {
        List<PoolWish> wishes = new ArrayList<>();
        for (int pool = random.nextInt(8); pool >= 0; pool--) {
            int replicas = random.nextInt(20);
            wishes.add(new PoolWish(
                    "pool-" + pool,
                    replicas,
                    random.nextInt(3) == 0 ? random.nextInt(25) : 0,
                    random.nextInt(5) == 0 ? 0 : random.nextLong(1, 5_000_000),
                    1 + random.nextInt(8)));
        }
        return wishes;
    }

    private static long cost(List<PoolWish> wishes) {
        return wishes.stream()
                .mapToLong(each -> each.replicas() * each.costMicroUsdPerHour())
                .sum();
    }
}
