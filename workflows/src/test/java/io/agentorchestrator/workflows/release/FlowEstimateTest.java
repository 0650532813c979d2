package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlowEstimateTest {
    @Test
    void isTwiceTheSlotsWhileNothingIsKnown() {
        assertThat(FlowEstimate.UNKNOWN.credit(10)).isEqualTo(20);
        assertThat(FlowEstimate.UNKNOWN.credit(0)).isZero();
    }

    @Test
    void coversTheWayAndTheRefillByLittlesLaw() {
        assertThat(flow(150, 100).credit(100)).as("1,000/s for 200 ms more").isEqualTo(300);
        assertThat(flow(150, 50).credit(100)).as("2,000/s for 200 ms more").isEqualTo(500);
        assertThat(flow(150, 1_000).credit(1_000)).as("1,000/s for 275 ms more").isEqualTo(1_275);
    }

    @Test
    void hasOneTaskWaitBehindTheSlotsAtLeastAndOneSecondsWorkAtMost() {
        assertThat(flow(150, 600_000).credit(1)).isEqualTo(2);
        assertThat(flow(30_000, 100).credit(10)).isEqualTo(110);
    }

    @Test
    void boundsWhatItBelievesOfTasksThatLastNoTime() {
        assertThat(new FlowEstimate(Duration.ofSeconds(9), Duration.ofNanos(1)).credit(100))
                .isEqualTo(100 + (int) FlowEstimate.MAX_TASKS_PER_SECOND);
    }

    @Test
    void refillsLongTasksLessOften() {
        assertThat(flow(0, 5).refill()).isEqualTo(FlowEstimate.MIN_REFILL);
        assertThat(flow(0, 1_000).refill()).isEqualTo(Duration.ofMillis(125));
        assertThat(flow(0, 600_000).refill()).isEqualTo(FlowEstimate.MAX_REFILL);
    }

    @Test
    void claimsForEachEndOfOneSlotAndForManyOfManySlots() {
        assertThat(flow(100, 100).worthAClaim(1)).isEqualTo(1);
        assertThat(flow(100, 50).worthAClaim(100)).as("of 2,000/s").isEqualTo(100);
        assertThat(flow(100, 1_000).worthAClaim(100)).as("of 100/s").isEqualTo(12);
        assertThat(FlowEstimate.UNKNOWN.worthAClaim(100)).isEqualTo(50);
    }

    @Test
    void takesNoNegativeTimes() {
        assertThatIllegalArgumentException().isThrownBy(() -> flow(-1, 0));
    }

    private static FlowEstimate flow(long latencyMillis, long executionMillis) {
        return new FlowEstimate(Duration.ofMillis(latencyMillis), Duration.ofMillis(executionMillis));
    }
}
