package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random runs; see {@link PlannerSimulation} for what holds in each. A failure names its seed: rerun that run alone
 * by {@code -Dseed=…}, more runs by {@code -Druns=…}.
 */
class PlannerPropertyTest {
    private static final int RUNS = Integer.getInteger("runs", 6_000);

    /** So many only where chance has left something out that seldom happens. */
    private static final int MAX_RUNS = 10 * RUNS;

    @Test
    void everyRunKeepsItsPromises() {
        Long given = Long.getLong("seed");
        Visits visits = new Visits();
        long firstSeed = given != null ? given : System.nanoTime();
        System.out.printf("PlannerPropertyTest: %d runs from -Dseed=%d%n", RUNS, firstSeed);
        int runs = 0;
        while (runs < (given != null ? 1 : RUNS) || (given == null && runs < MAX_RUNS && visits.areIncomplete())) {
            simulate(firstSeed + runs, visits);
            runs++;
        }
        System.out.printf("PlannerPropertyTest: %d runs; least often: %s%n", runs, visits.rarest(5));
        if (given == null) {
            assertThat(visits.surprises())
                    .as("what never happened is not tested")
                    .isEmpty();
            assertThat(visits.continuations()).isGreaterThan(RUNS / 10);
            assertThat(visits.reruns()).isGreaterThan(RUNS / 10);
            assertThat(visits.lost().keySet())
                    .as("statuses of tasks whose run was lost")
                    .isEqualTo(EnumSet.complementOf(EnumSet.of(TaskStatus.PENDING)));
        }
    }

    private static void simulate(long seed, Visits visits) {
        try {
            new PlannerSimulation(new Random(seed), visits).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("rerun this run by -Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }
}
