package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.End;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SlotSharesTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = FROM.plusSeconds(10);

    private static long at(long millisFromStart) {
        return TaskLog.micros(FROM.plusMillis(millisFromStart));
    }

    private static void add(TaskLog log, long acknowledged, long started) {
        log.add(List.of(new UUID(log.size(), 1)), at(acknowledged), 0);
        log.end(log.size() - 1, new End(Status.COMPLETED, at(started), at(started + 100), 1));
    }

    @Test
    void theIndexIsOneWhereAllGotTheSame() {
        assertThat(SlotShares.jain(3, 3, 3, 3)).isEqualTo(1);
        assertThat(SlotShares.jain(0.5)).isEqualTo(1);
    }

    @Test
    void theIndexIsTheShareOfThoseServedWhereOthersGotNothing() {
        assertThat(SlotShares.jain(7, 0, 0, 0)).isEqualTo(0.25);
        assertThat(SlotShares.jain(7, 7, 7, 0)).isEqualTo(0.75);
    }

    @Test
    void theIndexIsThatOfTheFormula() {
        assertThat(SlotShares.jain(1, 2, 3)).isCloseTo(36.0 / (3 * 14), within(1e-12));
        // Where one of ten gets half as much again as each other, the goal of the scenario still holds; twice as much,
        // it does not.
        assertThat(SlotShares.jain(1.5, 1, 1, 1, 1, 1, 1, 1, 1, 1)).isBetween(0.97, 0.99);
        assertThat(SlotShares.jain(2, 1, 1, 1, 1, 1, 1, 1, 1, 1)).isLessThan(0.95);
    }

    @Test
    void whereNobodyGotAnythingNoGoalHolds() {
        assertThat(SlotShares.jain(0, 0)).isNaN();
        assertThat(SlotShares.worstDeviation(new double[] {0, 0}, new double[] {1, 2}))
                .isNaN();
    }

    @Test
    void theDeviationIsAPartOfWhatTheWeightAsksFor() {
        double[] weights = {1, 2, 4};

        assertThat(SlotShares.worstDeviation(new double[] {10, 20, 40}, weights))
                .isCloseTo(0, within(1e-12));
        // 1/10 instead of 1/7.
        assertThat(SlotShares.worstDeviation(new double[] {1, 2, 7}, weights)).isCloseTo(0.3, within(1e-12));
        assertThat(SlotShares.worstDeviation(new double[] {1, 0, 0}, weights)).isCloseTo(6, within(1e-12));
    }

    @Test
    void tasksWaitFromTheirAcknowledgementToTheirStart() {
        TaskLog log = new TaskLog();
        add(log, -500, 4_000);
        add(log, 3_000, 6_000);
        assertThat(SlotShares.withoutWaiting(log, FROM, TO)).isEqualTo(4_000_000);

        add(log, 7_500, 12_000);
        assertThat(SlotShares.withoutWaiting(log, FROM, TO)).isEqualTo(1_500_000);
    }

    @Test
    void aGapIsFoundWhateverTheOrderAndTheOverlaps() {
        TaskLog log = new TaskLog();
        add(log, 5_000, 11_000);
        add(log, -1_000, 4_999);
        add(log, 100, 200);
        add(log, 20_000, 30_000);

        assertThat(SlotShares.withoutWaiting(log, FROM, TO)).isEqualTo(1_000);
    }

    @Test
    void aTaskThatNeverStartedWaitsToTheEnd() {
        TaskLog log = new TaskLog();
        log.add(List.of(new UUID(0, 1)), at(1_000), 0);
        log.end(0, new End(Status.CANCELLED, 0, at(15_000), 0));

        assertThat(SlotShares.withoutWaiting(log, FROM, TO)).isEqualTo(1_000_000);
        assertThat(SlotShares.withoutWaiting(new TaskLog(), FROM, TO)).isEqualTo(10_000_000);
    }
}
