package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TaskTimesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Offset<Double> EXACTLY = within(1e-9);

    private final TaskTimes times = new TaskTimes();

    @Test
    void nothingKnownIsTheSameForAll() {
        assertThat(times.expectedSeconds("a", "t", 3)).isEqualTo(3, EXACTLY);
    }

    @Test
    void theFirstTimeCountsWhollyAndEachFurtherOneATenth() {
        times.completed("a", "t", 1, 10 * SECOND);
        times.completed("a", "t", 1, 20 * SECOND);

        assertThat(times.expectedSeconds("a", "t", 1)).isEqualTo(11, EXACTLY);
    }

    @Test
    void timesArePerUnitOfComplexity() {
        times.completed("a", "t", 4, 8 * SECOND);

        assertThat(times.expectedSeconds("a", "t", 0.5)).isEqualTo(1, EXACTLY);
    }

    @Test
    void anAgentWithoutTimesOfTheTypeHasThoseOfTheOthers() {
        times.completed("a", "t", 1, 10 * SECOND);
        times.completed("b", "other", 1, SECOND);

        assertThat(times.expectedSeconds("b", "t", 1)).isEqualTo(10, EXACTLY);
        assertThat(times.expectedSeconds("b", "other", 1)).isEqualTo(1, EXACTLY);
    }

    @Test
    void oneTimeCountsForNoMoreThanTenTimesTheMean() {
        times.completed("a", "t", 1, SECOND);
        times.completed("a", "t", 1e-6, SECOND);

        assertThat(times.expectedSeconds("a", "t", 1)).isEqualTo(1.9, EXACTLY);
    }

    @Test
    void anAgentThatWasSlowOnceIsExpectedToBeAsOthersAreInTheEnd() {
        times.completed("slow", "t", 1, 60 * SECOND);
        for (int n = 0; n < 1_000; n++) {
            times.completed("fast", "t", 1, SECOND);
        }

        assertThat(times.expectedSeconds("fast", "t", 1)).isEqualTo(1, within(0.01));
        assertThat(times.expectedSeconds("slow", "t", 1)).isEqualTo(1, within(0.01));
    }

    @Test
    void agentsAndTypesThatAreGoneAreForgotten() {
        times.completed("a", "t", 1, 10 * SECOND);
        times.completed("b", "t", 1, 30 * SECOND);

        times.keepOnly(Set.of("a"), Set.of("t"));
        assertThat(times.expectedSeconds("a", "t", 1)).isEqualTo(10, EXACTLY);
        assertThat(times.expectedSeconds("b", "t", 1)).isEqualTo(12, EXACTLY);

        times.keepOnly(Set.of("a"), Set.of("other"));
        assertThat(times.expectedSeconds("a", "t", 1)).isEqualTo(1, EXACTLY);
    }
}
