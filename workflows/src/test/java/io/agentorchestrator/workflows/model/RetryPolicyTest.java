package io.agentorchestrator.workflows.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    @Test
    void aWaitIsNeverLessThanHalfOfItsIntervalAndNeverMoreThanAllOfIt() {
        for (long millis : List.of(0L, 1L, 2L, 3L, 5L, 99L, 100L, 1_000L, 86_400_000L)) {
            RetryPolicy policy = new RetryPolicy(3, Duration.ofMillis(millis), 1, Duration.ofMillis(millis), List.of());
            for (double random : List.of(0.0, 0.1, 0.5, 0.999999)) {
                assertThat(policy.delayAfter(1, random).toMillis())
                        .as("%d ms at %f", millis, random)
                        .isBetween((millis + 1) / 2, millis);
            }
        }
    }

    @Test
    void intervalsGrowUpToTheLongest() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofMillis(100), 3, Duration.ofSeconds(2), List.of());

        assertThat(List.of(policy.delayAfter(1, 0), policy.delayAfter(2, 0), policy.delayAfter(3, 0)))
                .containsExactly(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(450));
        assertThat(policy.delayAfter(8, 0)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void jitterOfARunIsSpreadAndAlwaysTheSame() {
        Jitter jitter = Jitter.ofRun(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L));
        double[] numbers = new double[10_000];
        for (int task = 0; task < 1_000; task++) {
            for (int attempt = 1; attempt <= 10; attempt++) {
                numbers[task * 10 + attempt - 1] = jitter.of(task, attempt);
            }
        }

        assertThat(DoubleStream.of(numbers))
                .allSatisfy(number -> assertThat(number).isBetween(0.0, Math.nextDown(1.0)));
        for (int tenth = 0; tenth < 10; tenth++) {
            double from = tenth / 10.0;
            assertThat(DoubleStream.of(numbers)
                            .filter(number -> number >= from && number < from + 0.1)
                            .count())
                    .isBetween(850L, 1_150L);
        }
        assertThat(Jitter.ofRun(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L))
                        .of(7, 2))
                .isEqualTo(jitter.of(7, 2));
        assertThat(Jitter.ofRun(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0002L))
                        .of(7, 2))
                .isNotEqualTo(jitter.of(7, 2));
    }
}
