package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotPairTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = FROM.plusSeconds(10);

    private static long ended(long millisFromStart) {
        return TaskLog.micros(FROM.plusMillis(millisFromStart));
    }

    @Test
    void readsWhatAUserWrites() {
        assertThat(SlotPair.parse(List.of("1x100", " 1000x1000 ")))
                .containsExactly(new SlotPair(1, 100), new SlotPair(1_000, 1_000));
        assertThat(SlotPair.parse(List.of())).isEmpty();
        assertThat(new SlotPair(100, 50)).hasToString("100x50");
    }

    @Test
    void refusesWhatCannotBeMeant() {
        assertThatThrownBy(() -> SlotPair.parse(List.of("100"))).hasMessageContaining("1x100,10x100, not `100`");
        assertThatThrownBy(() -> SlotPair.parse(List.of("-1x5"))).hasMessageContaining("not `-1x5`");
        assertThatThrownBy(() -> SlotPair.parse(List.of("0x5"))).hasMessageContaining("not 0x5");
        assertThatThrownBy(() -> SlotPair.parse(List.of("5x60001"))).hasMessageContaining("not 5x60001");
        assertThatThrownBy(() -> SlotPair.parse(Collections.nCopies(21, "1x1"))).hasMessageContaining("at most 20");
    }

    @Test
    void aBusyAgentDoesAsManyAsItsSlotsHold() {
        assertThat(new SlotPair(100, 50).fullRate()).isEqualTo(2_000);
        assertThat(new SlotPair(100, 50).fullTasks(Duration.ofSeconds(20))).isEqualTo(40_000);
        assertThat(new SlotPair(1, 300).fullTasks(Duration.ofSeconds(1))).isEqualTo(4);
    }

    @Test
    void aTaskKeepsItsSlotBusyForAsLongAsItLasts() {
        assertThat(new SlotPair(2, 1_000).busy(new long[] {ended(1_000), ended(2_000), ended(10_000)}, FROM, TO))
                .isCloseTo(3.0 / 20, within(1e-9));
        assertThat(new SlotPair(2, 1_000).busy(new long[] {}, FROM, TO)).isZero();
    }

    @Test
    void ofTasksAcrossTheEdgesThePartInsideCounts() {
        SlotPair one = new SlotPair(1, 1_000);

        assertThat(one.busy(new long[] {ended(250)}, FROM, TO)).isCloseTo(0.025, within(1e-9));
        assertThat(one.busy(new long[] {ended(10_250)}, FROM, TO)).isCloseTo(0.075, within(1e-9));
        assertThat(one.busy(new long[] {ended(0), ended(-5_000), ended(11_000), ended(60_000)}, FROM, TO))
                .isZero();
    }
}
