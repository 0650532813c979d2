package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Which tasks of an ended run run again: by a retry of the DAG, or because one dead letter of it is reprocessed. */
final class SimulatedRerun {
    private final SimulatedStore store;
    private final Random random;
    private final Topology topology;

    SimulatedRerun(SimulatedStore store, Random random) {
        this.store = store;
        this.random = random;
        this.topology = Topology.of(store.plan.parents());
    }

    /** The tasks that run again; none if there is nothing to rerun. */
    BitSet choose() {
        boolean failsFast = store.plan.onFailure() == OnFailure.FAIL_FAST;
        return failsFast || random.nextBoolean() ? retried() : reprocessed();
    }

    /** What is not COMPLETED, and perhaps a task with all that follows from it. */
    private BitSet retried() {
        BitSet set = new BitSet();
        if (random.nextInt(4) == 0) {
            set.set(random.nextInt(store.plan.size()));
        }
        for (int task : topology.order()) {
            for (int parent : store.plan.parents()[task]) {
                if (set.get(parent)) {
                    set.set(task);
                }
            }
        }
        for (int task = 0; task < store.plan.size(); task++) {
            if (store.status(task) != TaskStatus.COMPLETED) {
                set.set(task);
            }
        }
        return set;
    }

    /** One failed task whose dependencies are satisfied, and what was cancelled behind it and waits for nothing else. */
    private BitSet reprocessed() {
        BitSet set = new BitSet();
        List<Integer> candidates = new ArrayList<>();
        for (int task = 0; task < store.plan.size(); task++) {
            if (store.status(task) == TaskStatus.FAILED && isSatisfiedBut(task, set)) {
                candidates.add(task);
            }
        }
        if (candidates.isEmpty()) {
            return set;
        }
        set.set(candidates.get(random.nextInt(candidates.size())));
        for (int task : topology.order()) {
            boolean follows = false;
            for (int parent : store.plan.parents()[task]) {
                follows |= set.get(parent);
            }
            if (follows && store.status(task) == TaskStatus.CANCELLED && isSatisfiedBut(task, set)) {
                set.set(task);
            }
        }
        return set;
    }

    private boolean isSatisfiedBut(int task, BitSet set) {
        for (int parent : store.plan.parents()[task]) {
            if (!set.get(parent) && !store.isSatisfying(parent)) {
                return false;
            }
        }
        return true;
    }
}
