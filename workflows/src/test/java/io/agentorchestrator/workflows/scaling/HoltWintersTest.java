package io.agentorchestrator.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.workflows.scaling.HoltWinters.Smoothing;
import org.junit.jupiter.api.Test;

class HoltWintersTest {
    /** Worked out by hand from the formulas. */
    @Test
    void followsItsFormulas() {
        HoltWinters forecaster = new HoltWinters(2, new Smoothing(0.5, 0.5, 0.5, 0.5));
        forecaster.observe(10);
        assertThat(forecaster.isReady()).isFalse();
        forecaster.observe(20);
        assertThat(forecaster.isReady()).isTrue();
        assertThat(forecaster.ahead(1)).isEqualTo(10);
        assertThat(forecaster.ahead(2)).isEqualTo(20);

        forecaster.observe(14);

        assertThat(forecaster.ahead(1)).as("17 + 0.5 × 1 + 5").isEqualTo(22.5, within(1e-9));
        assertThat(forecaster.ahead(2)).as("17 + 0.75 × 1 − 3").isEqualTo(14.75, within(1e-9));
    }

    @Test
    void knowsASeasonAndWhatComesOnTop() {
        HoltWinters forecaster = new HoltWinters(24, new Smoothing(0.2, 0.05, 0.3, 0.9));
        for (int i = 0; i < 24 * 20; i++) {
            forecaster.observe(season(i) + (i < 24 * 10 ? 0 : 50));
        }
        for (int step = 1; step <= 24; step++) {
            assertThat(forecaster.ahead(step)).isEqualTo(season(24 * 20 + step - 1) + 50, within(3.0));
        }
    }

    @Test
    void aTrendEndsAndNothingIsNegative() {
        HoltWinters forecaster = new HoltWinters(4, new Smoothing(0.5, 0.5, 0.1, 0.9));
        for (int i = 0; i < 40; i++) {
            forecaster.observe(1_000 - 25.0 * i);
        }
        assertThat(forecaster.ahead(4)).isZero();
        for (int i = 0; i < 40; i++) {
            forecaster.observe(25.0 * i);
        }
        assertThat(forecaster.ahead(60)).isLessThan(1_500);
    }

    @Test
    void aSeasonIsKeptOverWhatNobodyKnows() {
        HoltWinters forecaster = new HoltWinters(24, new Smoothing(0.2, 0.05, 0.3, 0.9));
        SeasonalNaive naive = new SeasonalNaive(24);
        for (int i = 0; i < 24 * 4; i++) {
            forecaster.observe(season(i));
            naive.observe(season(i));
        }
        for (int i = 0; i < 31; i++) {
            forecaster.skip();
            naive.skip();
        }
        for (int step = 1; step <= 24; step++) {
            double expected = season(24 * 4 + 31 + step - 1);
            assertThat(forecaster.ahead(step)).isEqualTo(expected, within(1e-6));
            assertThat(naive.ahead(step)).isEqualTo(expected, within(1e-6));
        }
    }

    private static double season(int i) {
        return 100 + 80 * Math.sin(2 * Math.PI * i / 24);
    }
}
