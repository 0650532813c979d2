package io.agentorchestrator.workflows.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitUseTest {
    @Test
    void hasTheLeastRoomOfItsFigures() {
        LimitUse use = new LimitUse(3, 2, 4, 0, 0);

        assertThat(use.room(limit(10, null, null), 0)).isEqualTo(7);
        assertThat(use.room(limit(10, 8, null), 0)).isEqualTo(2);
        assertThat(use.room(limit(2, null, null), 0)).as("less than runs").isZero();
        assertThat(use.room(limit(0, null, null), 0)).isZero();
        assertThat(use.admitted(0).room(limit(10, 8, null), 0)).isOne();
    }

    @Test
    void expectsTokensOfWhatIsOut() {
        CapacityLimit limit = limit(null, null, 1_000L);

        assertThat(LimitUse.NONE.room(limit, 100)).isEqualTo(10);
        assertThat(new LimitUse(2, 0, 0, 300, 200).room(limit, 100)).isEqualTo(5);
        assertThat(new LimitUse(2, 0, 0, 900, 200).room(limit, 100)).isZero();
        assertThat(LimitUse.expectedTokens(limit, -1)).as("of an unknown type").isEqualTo(100);
        assertThat(LimitUse.expectedTokens(limit, 12.5)).isEqualTo(13);
    }

    @Test
    void countsToTheEndOfItsNumbersAndNotOver() {
        CapacityLimit limit = limit(null, null, Long.MAX_VALUE);
        LimitUse most = new LimitUse(1, 1, 0, Long.MAX_VALUE, Long.MAX_VALUE);

        assertThat(most.plus(most).tokens()).isEqualTo(LimitUse.MAX_TOKENS);
        assertThat(most.admitted(LimitUse.MAX_TOKENS).expectedTokens()).isEqualTo(LimitUse.MAX_TOKENS);
        assertThat(LimitUse.expectedTokens(limit, 1.8e19, 1_000)).isEqualTo(LimitUse.MAX_TOKENS);
        assertThat(LimitUse.expectedTokens(limit, 12.5, 3)).isEqualTo(39);
        assertThat(most.room(limit(null, null, 5L), LimitUse.MAX_TOKENS)).isZero();
    }

    @Test
    void letsATaskGoAloneThatIsExpectedToUseMoreThanAll() {
        CapacityLimit limit = limit(null, null, 1_000L);

        assertThat(LimitUse.NONE.room(limit, 5_000)).isOne();
        assertThat(LimitUse.NONE.admitted(5_000).room(limit, 5_000)).isZero();
        assertThat(LimitUse.NONE.room(limit(null, null, 0L), 5_000)).isZero();
    }

    private static CapacityLimit limit(@Nullable Integer inFlight, @Nullable Integer perMinute, @Nullable Long tokens) {
        return new CapacityLimit("l", new LimitBy.TaskType(), null, inFlight, perMinute, tokens);
    }
}
