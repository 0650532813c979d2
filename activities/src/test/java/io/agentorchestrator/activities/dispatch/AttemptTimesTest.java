package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptTimesTest {
    private final AttemptTimes times = new AttemptTimes();

    @Test
    void whatHasNeverBeenSeenIsTakenToBeShort() {
        assertThat(times.anyIsLong()).isFalse();
        assertThat(times.areShort(List.of("never-seen"))).isTrue();
    }

    @Test
    void oneLongTypeMakesALotLong() {
        times.add("quick", Duration.ofMillis(5));
        times.add("slow", Duration.ofSeconds(30));

        assertThat(times.anyIsLong()).isTrue();
        assertThat(times.areShort(List.of("quick"))).isTrue();
        assertThat(times.areShort(List.of("quick", "slow"))).isFalse();
    }

    @Test
    void aSlowOneAmongManyCountsForLittleAndATypeThatHasBecomeQuickIsShortAgain() {
        for (int i = 0; i < 20; i++) {
            times.add("type", Duration.ofMillis(10));
        }
        times.add("type", Duration.ofSeconds(2));
        assertThat(times.areShort(List.of("type"))).isTrue();

        for (int i = 0; i < 20; i++) {
            times.add("type", Duration.ofSeconds(2));
        }
        assertThat(times.areShort(List.of("type"))).isFalse();

        for (int i = 0; i < 40; i++) {
            times.add("type", Duration.ofMillis(10));
        }
        assertThat(times.areShort(List.of("type"))).isTrue();
    }

    @Test
    void aClockThatWentBackIsNoNegativeTime() {
        times.add("type", Duration.ofHours(-1));
        times.add("type", Duration.ofSeconds(10));

        assertThat(times.areShort(List.of("type"))).isFalse();
    }
}
