package io.agentorchestrator.workflows.dag;

import io.agentorchestrator.workflows.model.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One look at the tasks of a would-be DAG, that finds all that is wrong with them. */
final class DagValidation {
    private final List<DagNode> nodes;
    private final List<DagProblem> problems = new ArrayList<>();
    private final List<RepeatedDependency> repeated = new ArrayList<>();

    DagValidation(List<DagNode> nodes) {
        this.nodes = nodes;
    }

    DagGraph graph() {
        checkSize();
        int[][] parents = resolve(indexKeys());
        Topology topology = Topology.of(parents);
        if (!topology.isAcyclic()) {
            for (int[] cycle : Cycles.of(parents, InvalidDagException.MAX_PROBLEMS)) {
                add(new DagProblem.Cycle(keysOf(cycle)));
            }
        }
        throwIfAny();
        return new DagGraph(nodes, topology, repeated);
    }

    /** A document out of bounds is not looked into: the sizes are all there is to say. */
    private void checkSize() {
        if (nodes.isEmpty()) {
            add(new DagProblem.EmptyDag());
        }
        if (nodes.size() > Limits.MAX_TASKS_PER_DAG) {
            add(new DagProblem.TooManyTasks(nodes.size()));
        }
        long edges = 0;
        for (DagNode node : nodes) {
            edges += node.dependsOn().size();
        }
        if (edges > Limits.MAX_EDGES_PER_DAG) {
            add(new DagProblem.TooManyEdges((int) Math.min(edges, Integer.MAX_VALUE)));
        }
        throwIfAny();
    }

    private Map<String, Integer> indexKeys() {
        Map<String, Integer> indexes = HashMap.newHashMap(nodes.size());
        for (int index = 0; index < nodes.size(); index++) {
            String key = nodes.get(index).key();
            if (indexes.putIfAbsent(key, index) != null) {
                add(new DagProblem.DuplicateKey(key, index));
            }
        }
        return indexes;
    }

    /** The sound dependencies of each task, ascending; of the others a problem is noted. */
    private int[][] resolve(Map<String, Integer> indexes) {
        int[][] parents = new int[nodes.size()][];
        int[] namedBy = new int[nodes.size()];
        Arrays.fill(namedBy, -1);
        for (int index = 0; index < nodes.size(); index++) {
            DagNode node = nodes.get(index);
            int[] found = new int[node.dependsOn().size()];
            int count = 0;
            for (int at = 0; at < node.dependsOn().size(); at++) {
                String dependency = node.dependsOn().get(at);
                Integer parent = indexes.get(dependency);
                if (dependency.equals(node.key())) {
                    add(new DagProblem.SelfDependency(node.key(), index, at));
                } else if (parent == null) {
                    add(new DagProblem.UnknownDependency(node.key(), index, at, dependency));
                } else if (namedBy[parent] == index) {
                    addRepeated(new RepeatedDependency(node.key(), index, at, dependency));
                } else {
                    namedBy[parent] = index;
                    found[count++] = parent;
                }
            }
            parents[index] = Arrays.copyOf(found, count);
            Arrays.sort(parents[index]);
        }
        return parents;
    }

    private List<String> keysOf(int[] cycle) {
        List<String> keys = new ArrayList<>(cycle.length + 1);
        for (int task : cycle) {
            keys.add(nodes.get(task).key());
        }
        keys.add(keys.getFirst());
        return keys;
    }

    private void add(DagProblem problem) {
        if (problems.size() < InvalidDagException.MAX_PROBLEMS) {
            problems.add(problem);
        }
    }

    private void addRepeated(RepeatedDependency dependency) {
        if (repeated.size() < DagGraph.MAX_REPEATED_TOLD) {
            repeated.add(dependency);
        }
    }

    private void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new InvalidDagException(problems);
        }
    }
}
