package io.agentorchestrator.workflows.forecast;

import io.agentorchestrator.workflows.dag.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * List scheduling (Graham 1966): whenever a slot is free, the best of the tasks that are ready takes it. Safe to share between threads.
 */
public final class ListSchedule {
    private static final Comparator<End> SOONEST =
            Comparator.comparingDouble(End::at).thenComparingInt(End::task);

    private final Topology topology;
    private final int[] typeOf;
    private final int types;
    private final int[] rankOf;
    private final List<Pool> pools;
    private final int[][] poolsOf;

    /**
     * Takes over what a schedule goes by.
     *
     * @param typeOf for each task the number of its type, from 0
     * @param rankOf for each task its place in the order, the lowest first, each once
     */
    public ListSchedule(Topology topology, int[] typeOf, int[] rankOf, List<Pool> pools) {
        this.topology = topology;
        this.typeOf = typeOf.clone();
        this.types = Arrays.stream(typeOf).max().orElse(-1) + 1;
        this.rankOf = rankOf.clone();
        this.pools = List.copyOf(pools);
        this.poolsOf = new int[types][];
        for (int type = 0; type < types; type++) {
            List<Integer> serving = new ArrayList<>();
            for (int pool = 0; pool < pools.size(); pool++) {
                if (pools.get(pool).types().get(type)) {
                    serving.add(pool);
                }
            }
            // Those that serve fewest types first: the others are left to tasks that have no other.
            serving.sort(Comparator.comparingInt(
                    (Integer pool) -> pools.get(pool).types().cardinality()));
            poolsOf[type] = serving.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** An order of tasks by path, the longest first, and by index; or by index alone where all are equal. */
    public static int[] byPath(double[] remaining) {
        return by(remaining.length, Comparator.comparingDouble((Integer task) -> -remaining[task]));
    }

    /** For each task its place in this order; what is equal goes by index. */
    public static int[] by(int size, Comparator<Integer> order) {
        Integer[] tasks = new Integer[size];
        Arrays.setAll(tasks, task -> task);
        Arrays.sort(tasks, order);
        int[] rankOf = new int[tasks.length];
        for (int rank = 0; rank < tasks.length; rank++) {
            rankOf[tasks[rank]] = rank;
        }
        return rankOf;
    }

    /**
     * The ends of the tasks, in seconds from now; 0 for one that has ended, infinite for one that no slot is for.
     *
     * @param left what is left of each task, in seconds
     */
    public double[] finishes(double[] left, Progress progress) {
        return new Simulation(left, progress).run();
    }

    private record End(double at, int task, int pool) {}

    /** One pass over the tasks. Confined to its thread. */
    private final class Simulation {
        private static final int NO_POOL = -1;

        private final double[] left;
        private final Progress progress;
        private final double[] finishes;
        private final int[] open;
        private final int[] free;
        private final List<PriorityQueue<Integer>> ready = new ArrayList<>();
        private final PriorityQueue<End> ends = new PriorityQueue<>(SOONEST);

        Simulation(double[] left, Progress progress) {
            this.left = left;
            this.progress = progress;
            this.finishes = new double[left.length];
            this.open = new int[left.length];
            this.free = pools.stream().mapToInt(Pool::slots).toArray();
            for (int type = 0; type < types; type++) {
                ready.add(new PriorityQueue<>(Comparator.comparingInt((Integer task) -> rankOf[task])));
            }
        }

        double[] run() {
            for (int task = 0; task < left.length; task++) {
                if (progress.ended().get(task)) {
                    continue;
                }
                finishes[task] = Double.POSITIVE_INFINITY;
                for (int parent : topology.parents()[task]) {
                    open[task] += progress.ended().get(parent) ? 0 : 1;
                }
                if (progress.running().get(task)) {
                    begin(task, 0, freePool(typeOf[task]));
                } else if (open[task] == 0) {
                    ready.get(typeOf[task]).add(task);
                }
            }
            fill(0);
            while (!ends.isEmpty()) {
                double now = ends.element().at();
                while (!ends.isEmpty() && ends.element().at() <= now) {
                    end(ends.remove());
                }
                fill(now);
            }
            return finishes;
        }

        private void begin(int task, double now, int pool) {
            if (pool != NO_POOL) {
                free[pool]--;
            }
            ends.add(new End(now + left[task], task, pool));
        }

        private void end(End end) {
            finishes[end.task()] = end.at();
            if (end.pool() != NO_POOL) {
                free[end.pool()]++;
            }
            for (int child : topology.children()[end.task()]) {
                if (--open[child] == 0
                        && !progress.ended().get(child)
                        && !progress.running().get(child)) {
                    ready.get(typeOf[child]).add(child);
                }
            }
        }

        private void fill(double now) {
            while (true) {
                int best = NO_POOL;
                for (int type = 0; type < types; type++) {
                    Integer first = ready.get(type).peek();
                    if (first != null
                            && (best == NO_POOL || rankOf[first] < rankOf[best])
                            && freePool(type) != NO_POOL) {
                        best = first;
                    }
                }
                if (best == NO_POOL) {
                    return;
                }
                ready.get(typeOf[best]).remove();
                begin(best, now, freePool(typeOf[best]));
            }
        }

        private int freePool(int type) {
            for (int pool : poolsOf[type]) {
                if (free[pool] > 0) {
                    return pool;
                }
            }
            return NO_POOL;
        }
    }
}
