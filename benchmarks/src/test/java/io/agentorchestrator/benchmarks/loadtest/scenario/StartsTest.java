package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartsTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    @Test
    void countsTheFullestStretchWhereverItBegins() {
        assertThat(new Starts(new long[0]).mostWithin(MILLI)).isZero();
        assertThat(new Starts(new long[] {5}).mostWithin(MILLI)).isOne();
        assertThat(new Starts(new long[] {0, 900, 1_100, 1_800, 2_500}).mostWithin(MILLI))
                .isEqualTo(3);
        assertThat(new Starts(new long[] {0, 0, 0, 999}).mostWithin(MILLI)).isEqualTo(4);
    }

    @Test
    void whatStartsAStretchLaterIsOfTheNext() {
        assertThat(new Starts(new long[] {0, 1_000, 2_000}).mostWithin(MILLI)).isOne();
    }

    @Test
    void countsStretchesFromTheFirstOn() {
        Starts starts = new Starts(new long[] {10, 20, 1_009, 1_010, 3_500});
        assertThat(starts.perStretch(MILLI)).containsExactly(3, 1, 0, 1);
        assertThat(starts.span()).isEqualTo(Duration.ofNanos(3_490_000));
        assertThat(new Starts(new long[0]).perStretch(MILLI)).isEmpty();
        assertThat(new Starts(new long[0]).span()).isZero();
    }
}
