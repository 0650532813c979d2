package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random runs; see {@link PlannerSimulation} for what holds in each. A failure names its seed: rerun that run alone
 * by {@code -Dseed=…}, more runs by {@code -Druns=…}.
 */
class PlannerPropertyTest {
    private static final int RUNS = Integer.getInteger("runs", 6_000);

    @Test
    void everyRunKeepsItsPromises() {
        Long given = Long.getLong("seed");
        Visits visits = new Visits();
        long firstSeed = given != null ? given : System.nanoTime();
        System.out.printf("PlannerPropertyTest: %d runs from -Dseed=%d%n", RUNS, firstSeed);
        for (int run = 0; run < (given != null ? 1 : RUNS); run++) {
            simulate(firstSeed + run, visits);
        }
        if (given == null) {
            assertThat(visits.transitions())
                    .as("a transition that never happened is not tested")
                    .containsKeys(transitions());
            assertThat(visits.meetings()).containsKeys(meetings());
            assertThat(visits.continuations()).isGreaterThan(RUNS / 10);
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

    private static String[] transitions() {
        List<String> all = new ArrayList<>();
        for (TaskPhase from : TaskPhase.values()) {
            from.next().forEach(to -> all.add(from + " → " + to));
        }
        return all.toArray(String[]::new);
    }

    /** Every event that can meet a task, with every phase it can meet it in. */
    private static String[] meetings() {
        List<String> all = new ArrayList<>(List.of(
                "Ended in IN_LOT",
                "Running in IN_LOT",
                "NotStarted in IN_LOT",
                "GrantedBySettlement in REQUEUING",
                "GrantedBySettlement in WAITING",
                "BackoffOver in BACKOFF",
                "BackoffOver in CANCELLED",
                "BackoffOver in REQUEUING",
                "GrantedWhilePaused in WAITING",
                "GrantedWhilePaused in REQUEUING",
                "PauseRequested in BACKOFF",
                "PauseRequested in READY",
                "ResumeRequested in DUE"));
        for (TaskPhase phase : TaskPhase.values()) {
            all.add("Granted in " + phase);
            all.add("CancelRequested in " + phase);
        }
        return all.toArray(String[]::new);
    }
}
