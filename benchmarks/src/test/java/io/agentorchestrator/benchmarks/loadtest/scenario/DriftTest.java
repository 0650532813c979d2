package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final Drift DRIFT = new Drift("latency", 1.5, 1, Figures::millis);

    @Test
    void whatStaysHolds() {
        assertThat(DRIFT.verdict(List.of(10.0, 90.0, 10.0, 10.0, 10.0, 80.0, 12.0, 16.0, 15.0))
                        .holds())
                .isTrue();
    }

    @Test
    void whatCreepsUpFails() {
        assertThat(DRIFT.verdict(List.of(10.0, 10.0, 11.0, 13.0, 15.0, 16.0, 18.0, 18.0, 18.0)))
                .satisfies(verdict -> assertThat(verdict.holds()).isFalse())
                .satisfies(verdict -> assertThat(verdict.measured()).isEqualTo("10.0 ms → 18.0 ms"));
    }

    @Test
    void tooFewValuesTellNothing() {
        assertThat(DRIFT.verdict(List.of(1.0, 1.0)).holds()).isFalse();
    }

    @Test
    void medianOfAnEvenNumberIsBetweenTheTwo() {
        assertThat(Drift.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
    }
}
