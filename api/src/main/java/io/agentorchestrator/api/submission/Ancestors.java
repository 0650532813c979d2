package io.agentorchestrator.api.submission;

import io.agentorchestrator.workflows.dag.DagGraph;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks must have ended before a task begins. Direct dependencies are looked up; the rest is computed once, when it is
 * first asked for, as one bit a pair: 12.5 MB for the largest DAG. For one thread.
 */
final class Ancestors {
    private final DagGraph graph;
    private BitSet @Nullable [] all;

    Ancestors(DagGraph graph) {
        this.graph = graph;
    }

    boolean isAncestor(int ancestor, int task) {
        for (int parent : graph.parents()[task]) {
            if (parent == ancestor) {
                return true;
            }
        }
        BitSet[] sets = all;
        if (sets == null) {
            sets = compute();
            all = sets;
        }
        return sets[task].get(ancestor);
    }

    private BitSet[] compute() {
        BitSet[] sets = new BitSet[graph.size()];
        for (int task : graph.topologicalOrder()) {
            BitSet set = new BitSet(graph.size());
            for (int parent : graph.parents()[task]) {
                set.or(sets[parent]);
                set.set(parent);
            }
            sets[task] = set;
        }
        return sets;
    }
}
