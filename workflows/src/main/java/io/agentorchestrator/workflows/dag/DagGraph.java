package io.agentorchestrator.workflows.dag;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A valid DAG and what follows from its shape. Tasks are known by their index, their position in the document. The arrays it
 * returns are not to be changed; safe to share between threads.
 */
public final class DagGraph {
    /** Repetitions of dependencies that are told at most. */
    public static final int MAX_REPEATED_TOLD = 100;

    private final List<DagNode> nodes;
    private final Topology topology;
    private final List<RepeatedDependency> repeated;

    DagGraph(List<DagNode> nodes, Topology topology, List<RepeatedDependency> repeated) {
        this.nodes = nodes;
        this.topology = topology;
        this.repeated = List.copyOf(repeated);
    }

    /**
     * The DAG of these tasks.
     *
     * @throws InvalidDagException if they are none; it names every problem
     */
    public static DagGraph of(List<DagNode> nodes) {
        return new DagValidation(List.copyOf(nodes)).graph();
    }

    public int size() {
        return nodes.size();
    }

    public String key(int task) {
        return nodes.get(task).key();
    }

    /** Dependencies that their tasks name more than once: each counts once. */
    public List<RepeatedDependency> repeated() {
        return repeated;
    }

    /** Its order, dependents and path lengths. */
    public Topology topology() {
        return topology;
    }

    /** For each task the indexes of its dependencies, ascending. */
    public int[][] parents() {
        return topology.parents();
    }

    /** Dependencies before dependents, level by level; the same for the same DAG. */
    public int[] topologicalOrder() {
        return topology.order().clone();
    }

    /** Keys by level: a task's level is one more than the highest of its dependencies; in a level, by index. */
    public List<List<String>> levels() {
        List<List<String>> levels = new ArrayList<>();
        for (int task = 0; task < size(); task++) {
            int level = topology.level()[task];
            while (levels.size() <= level) {
                levels.add(new ArrayList<>());
            }
            levels.get(level).add(key(task));
        }
        return levels.stream().map(List::copyOf).toList();
    }

    /**
     * The longest path.
     *
     * @param seconds for each task how long it is expected to take
     */
    public CriticalPath criticalPath(double[] seconds) {
        checkLengths(seconds);
        double[] remaining = topology.remaining(seconds);
        int[] tasks = topology.longestPath(remaining);
        return new CriticalPath(Arrays.stream(tasks).mapToObj(this::key).toList(), tasks, remaining[tasks[0]]);
    }

    private void checkLengths(double[] seconds) {
        if (seconds.length != size()) {
            throw new IllegalArgumentException(
                    "one length for each of " + size() + " tasks is needed, not " + seconds.length);
        }
        for (double length : seconds) {
            if (!(length >= 0)) {
                throw new IllegalArgumentException("a task cannot take " + length + " seconds");
            }
        }
    }
}
