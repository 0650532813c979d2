package io.agentorchestrator.workflows.dag;

import java.util.Arrays;

/**
 * The topology of a DAG: an order, dependents, path lengths. By index, iterative, linear in tasks and edges.
 * Its arrays are not to be changed; safe to share between threads.
 */
public final class Topology {
    private final int[][] parents;
    private final int[][] children;
    private final int[] order;
    private final int[] level;

    private Topology(int[][] parents, int[][] children, int[] order, int[] level) {
        this.parents = parents;
        this.children = children;
        this.order = order;
        this.level = level;
    }

    /**
     * The topology of these dependencies.
     *
     * @param parents for each task the indexes of its dependencies, in range
     */
    public static Topology of(int[][] parents) {
        int size = parents.length;
        int[][] children = childrenOf(parents);
        int[] open = new int[size];
        int[] level = new int[size];
        int[] order = new int[size];
        int found = 0;
        for (int task = 0; task < size; task++) {
            open[task] = parents[task].length;
            if (open[task] == 0) {
                order[found++] = task;
            }
        }
        // Kahn's algorithm: the part of the order that is found is the queue.
        for (int next = 0; next < found; next++) {
            int task = order[next];
            for (int child : children[task]) {
                level[child] = Math.max(level[child], level[task] + 1);
                if (--open[child] == 0) {
                    order[found++] = child;
                }
            }
        }
        return new Topology(parents, children, Arrays.copyOf(order, found), level);
    }

    /** For each task the indexes of its dependents, ascending. */
    public static int[][] childrenOf(int[][] parents) {
        int[] counts = new int[parents.length];
        for (int[] of : parents) {
            for (int parent : of) {
                counts[parent]++;
            }
        }
        int[][] children = new int[parents.length][];
        for (int task = 0; task < parents.length; task++) {
            children[task] = new int[counts[task]];
        }
        int[] filled = new int[parents.length];
        for (int task = 0; task < parents.length; task++) {
            for (int parent : parents[task]) {
                children[parent][filled[parent]++] = task;
            }
        }
        return children;
    }

    public int size() {
        return parents.length;
    }

    /** Tells whether there is no cycle; if there is one, {@link #order} leaves out what is on it or behind it. */
    public boolean isAcyclic() {
        return order.length == parents.length;
    }

    public int[][] parents() {
        return parents;
    }

    /** For each task the indexes of its dependents, ascending. */
    public int[][] children() {
        return children;
    }

    /** Dependencies before dependents; the same for the same input. */
    public int[] order() {
        return order;
    }

    /** For each task the number of tasks on the longest path that leads to it. */
    public int[] level() {
        return level;
    }

    /**
     * The longest path, from the first task to the last; of equal ones the first by order.
     *
     * @param remaining {@link #remaining} of the tasks' lengths
     */
    public int[] longestPath(double[] remaining) {
        int[] path = new int[size()];
        int length = 0;
        for (int[] next = order; next.length > 0; next = children[path[length - 1]]) {
            path[length++] = longest(next, remaining);
        }
        return Arrays.copyOf(path, length);
    }

    private static int longest(int[] candidates, double[] remaining) {
        int best = candidates[0];
        for (int candidate : candidates) {
            if (remaining[candidate] > remaining[best]) {
                best = candidate;
            }
        }
        return best;
    }

    /** For each task the length of the longest path from it to an end, itself included. */
    public double[] remaining(double[] lengths) {
        double[] remaining = new double[size()];
        for (int at = order.length - 1; at >= 0; at--) {
            int task = order[at];
            double longest = 0;
            for (int child : children[task]) {
                longest = Math.max(longest, remaining[child]);
            }
            remaining[task] = lengths[task] + longest;
        }
        return remaining;
    }
}
