package io.agentorchestrator.workflows.model;

/**
 * Where a task is in its life, as the store keeps it. Three statuses are internal and read as QUEUED from outside:
 * RELEASED, DISPATCHED and BACKOFF.
 */
public enum TaskStatus {
    /** Accepted. */
    PENDING,
    /** Waits for dependencies. */
    WAITING,
    /** In the backlog, waits for capacity. */
    QUEUED,
    /** Out of the backlog, not yet dispatched. */
    RELEASED,
    /** Committed to an agent, which has not accepted it yet. */
    DISPATCHED,
    /** Accepted by its agent. */
    RUNNING,
    /** An attempt failed and the next one waits for its time. */
    BACKOFF,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Tells whether nothing more happens to a task in this status. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** The status that clients see. */
    public TaskStatus published() {
        return this == RELEASED || this == DISPATCHED || this == BACKOFF ? QUEUED : this;
    }
}
