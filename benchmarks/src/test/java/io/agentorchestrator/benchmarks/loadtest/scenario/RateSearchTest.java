package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
    private static int run(RateSearch search, double probeLimit, double longLimit) {
        int runs = 0;
        while (!search.done()) {
            search.tell(search.rate() <= (search.confirming() ? longLimit : probeLimit));
            runs++;
        }
        return runs;
    }

    @ParameterizedTest
    @ValueSource(doubles = {90, 500, 1_337, 4_000})
    void findsTheLimitWithinSixPercent(double limit) {
        RateSearch search = new RateSearch(500);

        assertThat(run(search, limit, limit)).isLessThanOrEqualTo(19);
        assertThat(search.found()).isLessThanOrEqualTo(limit).isCloseTo(limit, within(0.06 * limit));
    }

    @Test
    void risesPastARateThatFailedWhileTheStackWasCold() {
        RateSearch search = new RateSearch(900);
        int runs = 0;
        while (!search.done()) {
            search.tell(search.rate() <= (runs < 3 ? 700 : 1_400));
            runs++;
        }

        assertThat(runs).isLessThanOrEqualTo(19);
        assertThat(search.found()).isLessThanOrEqualTo(1_400).isGreaterThan(1_300);
    }

    @Test
    void lowersWhatDoesNotHoldForLong() {
        RateSearch search = new RateSearch(500);
        run(search, 1_000, 900);

        assertThat(search.found()).isLessThanOrEqualTo(900).isGreaterThan(800);
    }

    @Test
    void givesUpWhereNothingHolds() {
        RateSearch search = new RateSearch(500);

        assertThat(run(search, 0, 0)).isLessThanOrEqualTo(19);
        assertThat(search.found()).isZero();
    }

    @Test
    void findsNothingWhereNoLongRunHolds() {
        RateSearch search = new RateSearch(500);
        run(search, 1_000, 0);

        assertThat(search.found()).isZero();
    }
}
