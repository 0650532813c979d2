package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Work that a stop may have cost, by the times that the API tells. */
class StoppedTaskTest {
    private static final long STARTED = 10_000_000;

    @Test
    void lostIsWhatWasDoneAndNotFoundDone() {
        assertThat(stopped(1, STARTED + 7_500_000, 6_900).lostMillis()).isEqualTo(600);
    }

    @Test
    void aTaskThatBeganAnewHasLostAll() {
        assertThat(stopped(1, STARTED + 7_500_000, 0).lostMillis()).isEqualTo(7_500);
    }

    @Test
    void noWorkIsWonByAStop() {
        assertThat(stopped(1, STARTED + 5_000_000, 5_200).lostMillis()).isZero();
    }

    @Test
    void ofSeveralStopsNothingIsTold() {
        assertThat(stopped(2, STARTED + 7_500_000, 0).lostMillis()).isZero();
    }

    private static StoppedTask stopped(int stops, long successor, long resumedFrom) {
        return new StoppedTask(stops, true, STARTED, successor, resumedFrom);
    }
}
