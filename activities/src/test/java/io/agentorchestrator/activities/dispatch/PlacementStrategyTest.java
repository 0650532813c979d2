package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PlacementStrategyTest {
    @Test
    void theLeastLoadedIsRatedByItsLoadAlone() {
        PlacementStrategy strategy = PlacementStrategy.LEAST_LOADED;

        assertThat(strategy.rate(1, 4, 100, 100)).isEqualTo(0.25);
        assertThat(strategy.rate(6, 4, 0, 1)).isEqualTo(1.5);
    }

    @Test
    void costIsRatedByPriceTimeAndLoad() {
        // 3.60 USD an hour, a task of 10 s of which 1 is 0.001 USD a second; half of the slots are taken.
        assertThat(PlacementStrategy.COST_BASED.rate(2, 4, 3.6, 10)).isEqualTo(0.015, within(1e-12));
    }

    @Test
    void aDearFastAgentMayBeCheaperThanACheapSlowOne() {
        PlacementStrategy strategy = PlacementStrategy.COST_BASED;

        assertThat(strategy.rate(0, 4, 5, 10)).isLessThan(strategy.rate(0, 4, 1, 60));
    }

    @Test
    void ofLikePricesTheEmptierOneIsCheaper() {
        PlacementStrategy strategy = PlacementStrategy.COST_BASED;

        assertThat(strategy.rate(1, 8, 1.1, 10)).isLessThan(strategy.rate(7, 8, 1, 10));
        assertThat(strategy.rate(8, 8, 1, 10)).isLessThan(strategy.rate(0, 8, 3, 10));
    }
}
