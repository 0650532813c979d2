package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a task is, as its run's planner sees it. */
public enum TaskPhase {
    /** In the backlog, for dependencies or for capacity; a release brings it on. */
    WAITING,
    /** Released; waits for a batch. */
    READY,
    /** In a batch whose activity is pending: to be dispatched by it, or as soon as others of the batch have completed. */
    IN_BATCH,
    /** At an agent, and watched by a worker outside of any batch: a notice tells how the attempt ends. */
    WATCHED,
    /** Perhaps at an agent, and it is not known who watches it: goes into the next batch, before any ready task. */
    DETACHED,
    /** An attempt failed; the time until the next one is not over. */
    BACKOFF,
    /** The back-off is over, but the run is paused. */
    DUE,
    /**
     * Returns to the backlog, after a back-off or because the run is paused, and that is not yet known to be recorded. It is
     * not dispatched before, or else recording it once more, as activities may, could catch the task in its next back-off.
     */
    REQUEUING,
    COMPLETED,
    FAILED,
    CANCELLED;

    private static final Map<TaskPhase, Set<TaskPhase>> NEXT = new EnumMap<>(TaskPhase.class);

    static {
        NEXT.put(WAITING, EnumSet.of(READY, IN_BATCH, FAILED, CANCELLED));
        NEXT.put(READY, EnumSet.of(IN_BATCH, REQUEUING, FAILED, CANCELLED));
        NEXT.put(IN_BATCH, EnumSet.of(COMPLETED, FAILED, CANCELLED, BACKOFF, WATCHED, DETACHED, WAITING, READY));
        NEXT.put(WATCHED, EnumSet.of(COMPLETED, FAILED, CANCELLED, BACKOFF, DETACHED));
        NEXT.put(DETACHED, EnumSet.of(IN_BATCH));
        NEXT.put(BACKOFF, EnumSet.of(REQUEUING, DUE, FAILED, CANCELLED));
        NEXT.put(DUE, EnumSet.of(REQUEUING, FAILED, CANCELLED));
        NEXT.put(REQUEUING, EnumSet.of(WAITING, READY, FAILED, CANCELLED));
    }

    /**
     * The phase of a task in a run that takes it over from a run that was lost. A task that an agent may have goes into a batch,
     * which finds out how it ends or how its attempt has ended.
     */
    public static TaskPhase taking(TaskStatus status) {
        return switch (status) {
            case PENDING, WAITING, QUEUED -> WAITING;
            case RELEASED -> READY;
            case DISPATCHED, RUNNING, BACKOFF -> DETACHED;
            case COMPLETED -> COMPLETED;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
        };
    }

    /** Tells whether nothing more happens to a task in this phase. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** Tells whether an agent may have the task, so that only those who watch it can tell how it ends. */
    boolean mayBeAtAgent() {
        return this == IN_BATCH || this == WATCHED || this == DETACHED;
    }

    boolean canBecome(TaskPhase next) {
        return next().contains(next);
    }

    /** The phases that may follow: the whole table of transitions, phase by phase. */
    Set<TaskPhase> next() {
        return NEXT.getOrDefault(this, Set.of());
    }
}
