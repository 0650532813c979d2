package io.agentorchestrator.workflows.planner;

import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A planner's state between two executions of a run's workflow.
 *
 * @param phases by task; none is IN_BATCH
 * @param releasedAhead requeuing tasks whose release has come already
 * @param pending writes that may or may not be done
 * @param cancelling tasks whose agents were told to stop
 * @param backoffLeftMillis by task
 * @param pastDeadline tasks at agents
 * @param attemptBases by task, the attempts that policies do not count
 * @param failedAttempts by task, its last attempt that is known to have failed, 0 if none is
 * @param takenOver whether it was made of what the store says, after the run before was lost or had ended
 */
@SuppressWarnings("ArrayRecordComponent")
record PlannerSnapshot(
        TaskPhase[] phases,
        BitSet releasedAhead,
        int nextBatch,
        int nextWrite,
        boolean paused,
        boolean runCancelled,
        List<Decision.Write> pending,
        List<Decision.Cancellation> cancelling,
        Map<Integer, Long> backoffLeftMillis,
        BitSet pastDeadline,
        int[] attemptBases,
        int[] failedAttempts,
        boolean takenOver) {

    /** Phases that {@link TaskPhase#taking} gives. */
    private static final Set<TaskPhase> TAKEN_OVER = EnumSet.of(
            TaskPhase.WAITING,
            TaskPhase.READY,
            TaskPhase.DETACHED,
            TaskPhase.COMPLETED,
            TaskPhase.FAILED,
            TaskPhase.CANCELLED);

    /** Of a run that begins: its batches and writes are numbered from 1. */
    static PlannerSnapshot initial(int size) {
        return beginning(Collections.nCopies(size, TaskPhase.WAITING), new int[size], false, false);
    }

    /** Of a run that begins with tasks of a run that was lost or has ended. */
    static PlannerSnapshot takingOver(List<TaskPhase> phases, List<Integer> attemptBases, boolean paused) {
        for (TaskPhase phase : phases) {
            if (!TAKEN_OVER.contains(phase)) {
                throw new IllegalArgumentException("a run cannot take over a task that is " + phase
                        + ": only a planner knows that phase; use TaskPhase.taking");
            }
        }
        if (!attemptBases.isEmpty() && attemptBases.size() != phases.size()) {
            throw new IllegalArgumentException(
                    "there are %d attempt bases, but %d tasks: give one for each task, or none"
                            .formatted(attemptBases.size(), phases.size()));
        }
        int[] bases = new int[phases.size()];
        for (int task = 0; task < attemptBases.size(); task++) {
            bases[task] = attemptBases.get(task);
            if (bases[task] < 0) {
                throw new IllegalArgumentException(
                        "the attempt base of task " + task + " is 0 or more, not " + bases[task]);
            }
        }
        return beginning(phases, bases, paused, true);
    }

    private static PlannerSnapshot beginning(List<TaskPhase> phases, int[] bases, boolean paused, boolean takenOver) {
        return new PlannerSnapshot(
                phases.toArray(TaskPhase[]::new),
                new BitSet(),
                1,
                1,
                paused,
                false,
                List.of(),
                List.of(),
                Map.of(),
                new BitSet(),
                bases,
                new int[bases.length],
                takenOver);
    }
}
