package io.agentorchestrator.workflows.dag;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cycles among dependencies: one for each strongly connected component that has any, without chords (no part of it is a
 * shorter cycle), beginning with its least index. Linear in tasks and edges, and iterative.
 */
final class Cycles {
    private final int[][] parents;

    private Cycles(int[][] parents) {
        this.parents = parents;
    }

    /** At most {@code limit} cycles; in each a task depends on the next, and the last on the first. */
    static List<int[]> of(int[][] parents, int limit) {
        Cycles cycles = new Cycles(parents);
        int[] component = cycles.components();
        int[] sizes = new int[parents.length];
        for (int of : component) {
            sizes[of]++;
        }
        boolean[] done = new boolean[parents.length];
        List<int[]> found = new ArrayList<>();
        for (int task = 0; task < parents.length && found.size() < limit; task++) {
            if (sizes[component[task]] > 1 && !done[component[task]]) {
                done[component[task]] = true;
                found.add(startingAtLeast(cycles.withoutChords(cycles.shortestThrough(task, component))));
            }
        }
        return found;
    }

    /** For each task the number of its strongly connected component: Tarjan (1972), with the call stack made explicit. */
    private int[] components() {
        int size = parents.length;
        int[] component = filled(size, -1);
        int[] visited = filled(size, -1);
        int[] low = new int[size];
        int[] nextEdge = new int[size];
        int[] stack = new int[size];
        int[] calls = new int[size];
        int stacked = 0;
        int clock = 0;
        int components = 0;
        for (int root = 0; root < size; root++) {
            if (visited[root] >= 0) {
                continue;
            }
            int depth = 0;
            calls[0] = root;
            while (depth >= 0) {
                int task = calls[depth];
                if (visited[task] < 0) {
                    visited[task] = clock;
                    low[task] = clock++;
                    stack[stacked++] = task;
                }
                if (nextEdge[task] < parents[task].length) {
                    int parent = parents[task][nextEdge[task]++];
                    if (visited[parent] < 0) {
                        calls[++depth] = parent;
                    } else if (component[parent] < 0) {
                        low[task] = Math.min(low[task], visited[parent]);
                    }
                    continue;
                }
                if (low[task] == visited[task]) {
                    do {
                        component[stack[--stacked]] = components;
                    } while (stack[stacked] != task);
                    components++;
                }
                depth--;
                if (depth >= 0) {
                    low[calls[depth]] = Math.min(low[calls[depth]], low[task]);
                }
            }
        }
        return component;
    }

    /** A shortest cycle through {@code start}, whose component has more than one task: breadth first. */
    private int[] shortestThrough(int start, int[] component) {
        int[] cameFrom = filled(parents.length, -1);
        int[] queue = new int[parents.length];
        int queued = 0;
        queue[queued++] = start;
        for (int next = 0; next < queued; next++) {
            int task = queue[next];
            for (int parent : parents[task]) {
                if (parent == start) {
                    return pathTo(task, start, cameFrom);
                }
                if (component[parent] == component[start] && cameFrom[parent] < 0) {
                    cameFrom[parent] = task;
                    queue[queued++] = parent;
                }
            }
        }
        throw new IllegalStateException("a strongly connected component without a cycle");
    }

    private static int[] pathTo(int last, int start, int[] cameFrom) {
        int length = 1;
        for (int task = last; task != start; task = cameFrom[task]) {
            length++;
        }
        int[] path = new int[length];
        int task = last;
        for (int at = length - 1; at >= 0; at--) {
            path[at] = task;
            task = cameFrom[task] < 0 ? start : cameFrom[task];
        }
        return path;
    }

    /** The cycle that the shortest backward chord closes. A path found breadth first has no forward chords. */
    private int[] withoutChords(int[] cycle) {
        int[] position = filled(parents.length, -1);
        for (int at = 0; at < cycle.length; at++) {
            position[cycle[at]] = at;
        }
        int from = 0;
        int to = cycle.length - 1;
        for (int at = 0; at < cycle.length; at++) {
            for (int parent : parents[cycle[at]]) {
                int back = position[parent];
                if (back >= 0 && back < at && at - back < to - from) {
                    from = back;
                    to = at;
                }
            }
        }
        return Arrays.copyOfRange(cycle, from, to + 1);
    }

    private static int[] startingAtLeast(int[] cycle) {
        int least = 0;
        for (int at = 1; at < cycle.length; at++) {
            if (cycle[at] < cycle[least]) {
                least = at;
            }
        }
        int[] turned = new int[cycle.length];
        for (int at = 0; at < cycle.length; at++) {
            turned[at] = cycle[(least + at) % cycle.length];
        }
        return turned;
    }

    private static int[] filled(int size, int value) {
        int[] array = new int[size];
        Arrays.fill(array, value);
        return array;
    }
}
