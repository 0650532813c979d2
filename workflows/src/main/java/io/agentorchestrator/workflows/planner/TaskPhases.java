package io.agentorchestrator.workflows.planner;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The phase of every task, changed only along the table of {@link TaskPhase}, and the tasks of every phase. */
final class TaskPhases {

    /** Sees every change; for tests that want each to happen. */
    interface Listener {
        void changed(int task, TaskPhase from, TaskPhase to);
    }

    private final TaskPhase[] phases;
    private final Map<TaskPhase, BitSet> members = new EnumMap<>(TaskPhase.class);
    private final DispatchOrder order;
    /** The ready tasks by rank, so that the next to dispatch is found without sorting. */
    private final BitSet readyRanks = new BitSet();

    private final Listener listener;

    TaskPhases(DispatchOrder order, TaskPhase[] initial, Listener listener) {
        this.phases = initial.clone();
        this.order = order;
        this.listener = listener;
        for (int task = 0; task < phases.length; task++) {
            enter(task, phases[task]);
        }
    }

    int size() {
        return phases.length;
    }

    /** By task; those in batches are detached, since no batch outlives its run's execution. */
    TaskPhase[] outsideBatches() {
        TaskPhase[] outside = phases.clone();
        of(TaskPhase.IN_BATCH).stream().forEach(task -> outside[task] = TaskPhase.DETACHED);
        return outside;
    }

    TaskPhase of(int task) {
        return phases[task];
    }

    void move(int task, TaskPhase to) {
        TaskPhase from = phases[task];
        if (!from.canBecome(to)) {
            throw new IllegalStateException("task " + task + " cannot go from " + from + " to " + to);
        }
        of(from).clear(task);
        if (from == TaskPhase.READY) {
            readyRanks.clear(order.rankOf(task));
        }
        enter(task, to);
        listener.changed(task, from, to);
    }

    private void enter(int task, TaskPhase phase) {
        phases[task] = phase;
        of(phase).set(task);
        if (phase == TaskPhase.READY) {
            readyRanks.set(order.rankOf(task));
        }
    }

    private BitSet of(TaskPhase phase) {
        return members.computeIfAbsent(phase, _ -> new BitSet());
    }

    int count(TaskPhase phase) {
        return of(phase).cardinality();
    }

    /** Tasks in a phase, ascending; a copy. */
    int[] in(TaskPhase phase) {
        return of(phase).stream().toArray();
    }

    /** Ready tasks, best first. */
    IntStream ready() {
        return readyRanks.stream().map(order::taskAt);
    }

    boolean allEnded() {
        return count(TaskPhase.COMPLETED) + count(TaskPhase.FAILED) + count(TaskPhase.CANCELLED) == phases.length;
    }
}
