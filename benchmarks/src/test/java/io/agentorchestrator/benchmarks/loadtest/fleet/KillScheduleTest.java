package io.agentorchestrator.benchmarks.loadtest.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Strike;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Victim;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KillScheduleTest {
    @Test
    void everyVictimIsStruckInEachMinuteAndAlsoInLess() {
        for (long seed = 0; seed < 100; seed++) {
            assertThat(KillSchedule.draw(seed, Duration.ofSeconds(150), 4).stream()
                            .map(Strike::victim))
                    .hasSize(2 * Victim.values().length)
                    .contains(Victim.values());
            assertThat(KillSchedule.draw(seed, Duration.ofSeconds(10), 4).stream()
                            .map(Strike::victim))
                    .containsExactlyInAnyOrder(Victim.values());
        }
    }

    @Test
    void strikesComeInOrderWithinTheTime() {
        List<Strike> strikes = KillSchedule.draw(7, Duration.ofSeconds(60), 4);

        assertThat(strikes.stream().map(Strike::due)).isSorted();
        assertThat(strikes.getLast().due()).isLessThan(Duration.ofSeconds(60));
        assertThat(strikes).allSatisfy(strike -> assertThat(strike.member()).isBetween(0, 3));
        assertThat(strikes).isEqualTo(KillSchedule.draw(7, Duration.ofSeconds(60), 4));
    }
}
