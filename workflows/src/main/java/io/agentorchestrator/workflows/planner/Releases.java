package io.agentorchestrator.workflows.planner;

import java.util.BitSet;
import java.util.List;

/**
 * The ways out of the backlog and back into it. A release may overtake the answer that says that its task had returned to the
 * backlog; it is held until then.
 */
final class Releases {
    private final TaskPhases phases;
    private final PendingWrites writes;
    /** Tasks that were released while in a batch or requeuing. */
    private final BitSet ahead;

    Releases(TaskPhases phases, PendingWrites writes, BitSet ahead) {
        this.phases = phases;
        this.writes = writes;
        this.ahead = (BitSet) ahead.clone();
    }

    /** Requeuing tasks whose release has come already; a copy. */
    BitSet requeuingAhead() {
        BitSet requeuing = new BitSet();
        ahead.stream().filter(task -> phases.of(task) == TaskPhase.REQUEUING).forEach(requeuing::set);
        return requeuing;
    }

    /**
     * Notes that these tasks left the backlog. A detached task needs no release: a batch will look where it is. A watched task becomes
     * detached, since whoever was to watch it may have died before it was at an agent.
     */
    void release(List<Integer> tasks) {
        for (int task : tasks) {
            TaskPhase phase = phases.of(task);
            if (phase == TaskPhase.WAITING) {
                phases.move(task, TaskPhase.READY);
            } else if (phase == TaskPhase.IN_BATCH || phase == TaskPhase.REQUEUING) {
                ahead.set(task);
            } else if (phase == TaskPhase.WATCHED) {
                phases.move(task, TaskPhase.DETACHED);
            }
        }
    }

    /** Drops a release that came while the task was in its batch: it was of the time before. */
    void forget(int task) {
        ahead.clear(task);
    }

    void requeue(int task) {
        phases.move(task, TaskPhase.REQUEUING);
        writes.requeue(task);
    }

    /** Notes that these tasks are in the backlog now, unless something else has become of them. */
    void requeued(List<Integer> tasks) {
        for (int task : tasks) {
            if (phases.of(task) == TaskPhase.REQUEUING) {
                returned(task);
            }
        }
    }

    /** Notes that the task is in the backlog, or has left it again. */
    void returned(int task) {
        phases.move(task, ahead.get(task) ? TaskPhase.READY : TaskPhase.WAITING);
        ahead.clear(task);
    }
}
