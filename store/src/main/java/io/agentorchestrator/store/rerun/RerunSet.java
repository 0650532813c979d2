package io.agentorchestrator.store.rerun;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** Which nodes of an ended DAG run again. */
final class RerunSet {
    private RerunSet() {}

    /** Whatever has not completed, and these with all that depends on them. */
    static BitSet ofRetry(DagNodes dag, BitSet named) {
        BitSet again = withDescendants(Topology.of(dag.parents()), named);
        IntStream.range(0, dag.size())
                .filter(index -> dag.status(index) != TaskStatus.COMPLETED)
                .forEach(again::set);
        return again;
    }

    /**
     * A failed node with what it needs, and what was cancelled because it failed: descendants whose parents have all completed or run again. In a DAG
     * that continues after failures a failed parent holds nobody up; in one that fails fast all that was cut off or failed runs again,
     * since a failure that stays would cut it off anew. What somebody cancelled stays cancelled.
     */
    static BitSet ofResume(DagNodes dag, int failed) {
        boolean failsFast = dag.onFailure() == OnFailure.FAIL_FAST;
        Topology topology = Topology.of(dag.parents());
        BitSet again = withWhatItNeeds(dag, topology, failed);
        BitSet descendants = withDescendants(topology, again);
        for (int index : topology.order()) {
            boolean wanted = failsFast
                    ? dag.isCancelledInConsequence(index) || dag.status(index) == TaskStatus.FAILED
                    : descendants.get(index) && dag.isCancelledInConsequence(index);
            if (wanted && allSatisfied(dag, dag.parents()[index], again)) {
                again.set(index);
            }
        }
        if (failsFast && leavesAFailure(dag, again)) {
            again.or(ofRetry(dag, new BitSet()));
        }
        return again;
    }

    /** A task may have failed for its deadline while it waited for parents that did not complete either. */
    private static BitSet withWhatItNeeds(DagNodes dag, Topology topology, int failed) {
        BitSet needed = new BitSet();
        needed.set(failed);
        int[] order = topology.order();
        for (int at = order.length - 1; at >= 0; at--) {
            if (needed.get(order[at])) {
                Arrays.stream(dag.parents()[order[at]])
                        .filter(parent -> !isSatisfied(dag, parent))
                        .forEach(needed::set);
            }
        }
        return needed;
    }

    /** A task may fail for its deadline while a parent of it is being cancelled. */
    private static boolean leavesAFailure(DagNodes dag, BitSet again) {
        return IntStream.range(0, dag.size())
                .anyMatch(index -> !again.get(index) && dag.status(index) == TaskStatus.FAILED);
    }

    private static boolean allSatisfied(DagNodes dag, int[] parents, BitSet again) {
        return Arrays.stream(parents).allMatch(parent -> again.get(parent) || isSatisfied(dag, parent));
    }

    private static boolean isSatisfied(DagNodes dag, int parent) {
        return dag.status(parent) == TaskStatus.COMPLETED
                || (dag.status(parent) == TaskStatus.FAILED && dag.onFailure() == OnFailure.CONTINUE);
    }

    private static BitSet withDescendants(Topology topology, BitSet of) {
        BitSet all = (BitSet) of.clone();
        for (int index : topology.order()) {
            if (all.get(index)) {
                Arrays.stream(topology.children()[index]).forEach(all::set);
            }
        }
        return all;
    }
}
