package io.agentorchestrator.workflows.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.dag.Topology;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListSchedulePropertyTest {
    private static final int DAGS = 500;

    /** Graham's bounds: no schedule is shorter than its longest path or its share of the work; a list schedule is not longer than both. */
    @Test
    void aScheduleKeepsDependenciesSlotsAndGrahamsBounds() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int dag = 0; dag < DAGS; dag++) {
            int size = 1 + random.nextInt(40);
            int[][] parents = parents(size, random);
            Topology topology = Topology.of(parents);
            double[] seconds = random.doubles(size, 0, 10).toArray();
            int slots = 1 + random.nextInt(6);
            double[] remaining = topology.remaining(seconds);
            ListSchedule schedule =
                    new ListSchedule(topology, new int[size], ListSchedule.byPath(remaining), List.of(pool(slots, 0)));

            double[] finishes = schedule.finishes(seconds, Progress.none(size));

            String what = "seed %d, DAG %d".formatted(seed, dag);
            for (int task = 0; task < size; task++) {
                double start = finishes[task] - seconds[task];
                assertThat(start).as(what).isGreaterThan(-1e-9);
                for (int parent : parents[task]) {
                    assertThat(start).as(what).isGreaterThan(finishes[parent] - 1e-9);
                }
                double middle = start + seconds[task] / 2;
                int running = 0;
                for (int other = 0; other < size; other++) {
                    running += finishes[other] - seconds[other] <= middle && middle < finishes[other] ? 1 : 0;
                }
                assertThat(running).as(what).isLessThanOrEqualTo(slots);
            }
            double makespan = Arrays.stream(finishes).max().orElseThrow();
            double path = Arrays.stream(remaining).max().orElseThrow();
            double share = Arrays.stream(seconds).sum() / slots;
            assertThat(makespan).as(what).isGreaterThan(Math.max(path, share) - 1e-9);
            assertThat(makespan).as(what).isLessThan(share + path * (slots - 1) / slots + 1e-9);
        }
    }

    @Test
    void aTaskThatNoSlotServesNeverEndsNorWhatDependsOnIt() {
        Topology topology = Topology.of(new int[][] {{}, {0}, {}});
        ListSchedule schedule =
                new ListSchedule(topology, new int[] {1, 0, 0}, new int[] {0, 1, 2}, List.of(pool(1, 0)));

        assertThat(schedule.finishes(new double[] {1, 1, 1}, Progress.none(3)))
                .containsExactly(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
    }

    @Test
    void whatRunsKeepsItsSlotAndWhatEndedTakesNone() {
        Topology topology = Topology.of(new int[][] {{}, {}, {0}, {1}});
        BitSet ended = BitSet.valueOf(new long[] {0b0001});
        BitSet running = BitSet.valueOf(new long[] {0b0010});
        Progress progress = new Progress(ended, running, new double[] {0, 3, 0, 0});
        ListSchedule schedule = new ListSchedule(topology, new int[4], new int[] {0, 1, 2, 3}, List.of(pool(1, 0)));

        double[] finishes = schedule.finishes(progress.left(new double[] {9, 5, 1, 1}), progress);

        assertThat(finishes).containsExactly(0, 2, 3, 4);
    }

    @Test
    void theSpecialistGoesFirstSoThatTheOtherIsLeftToWhoHasNoOther() {
        Topology topology = Topology.of(new int[][] {{}, {}});
        ListSchedule schedule =
                new ListSchedule(topology, new int[] {0, 1}, new int[] {0, 1}, List.of(pool(1, 0, 1), pool(1, 0)));

        assertThat(schedule.finishes(new double[] {1, 1}, Progress.none(2))).containsExactly(1, 1);
    }

    static int[][] parents(int size, Random random) {
        int[][] parents = new int[size][];
        for (int task = 0; task < size; task++) {
            int before = task;
            parents[task] = before == 0
                    ? new int[0]
                    : random.ints(random.nextInt(3), 0, before)
                            .distinct()
                            .sorted()
                            .toArray();
        }
        return parents;
    }

    private static Pool pool(int slots, int... types) {
        BitSet served = new BitSet();
        Arrays.stream(types).forEach(served::set);
        return new Pool(served, slots);
    }
}
