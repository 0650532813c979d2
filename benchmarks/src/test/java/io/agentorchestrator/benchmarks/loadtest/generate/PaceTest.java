package io.agentorchestrator.benchmarks.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Pace PACE = new Pace(1_000, Duration.ofSeconds(20), Duration.ofSeconds(30));

    @Test
    void risesForHalfOfTheWarmUpAndIsEvenFromThenOn() {
        assertThat(dueBefore(1)).isCloseTo(145, within(3L)); // a tenth of the rate, and a little growth
        assertThat(dueBefore(10)).isEqualTo(5_500);
        assertThat(dueBefore(20) - dueBefore(10)).isEqualTo(10_000);
        assertThat(dueBefore(50) - dueBefore(20)).isEqualTo(30_000);
        assertThat(PACE.tasks()).isEqualTo(45_500);
    }

    @Test
    void noTaskIsDueBeforeTheOneBeforeIt() {
        for (long number = 1; number < PACE.tasks(); number++) {
            assertThat(PACE.dueNanos(number)).isGreaterThan(PACE.dueNanos(number - 1));
        }
    }

    @Test
    void withoutWarmUpItIsEvenFromTheStart() {
        Pace pace = new Pace(100, Duration.ZERO, Duration.ofSeconds(2));

        assertThat(pace.tasks()).isEqualTo(200);
        assertThat(pace.dueNanos(0)).isZero();
        assertThat(pace.dueNanos(100)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    /** How many tasks are due before that second. */
    private static long dueBefore(long seconds) {
        long number = 0;
        while (PACE.dueNanos(number) < TimeUnit.SECONDS.toNanos(seconds)) {
            number++;
        }
        return number;
    }
}
