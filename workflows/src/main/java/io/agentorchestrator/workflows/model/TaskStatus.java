package io.agentorchestrator.workflows.model;

/**
 * Where a task is in its life, as the store keeps it. Two statuses are internal and read as QUEUED from outside: RELEASED
 * (released, but not yet handed to an agent) and BACKOFF (waits for its next attempt).
 */
public enum TaskStatus {
    /** Accepted. */
    PENDING,
    /** Waits for dependencies. */
    WAITING,
    /** In the backlog, waits for capacity. */
    QUEUED,
    /** Released into its run, not yet at an agent. */
    RELEASED,
    /** At an agent. */
    RUNNING,
    /** An attempt failed and the next one waits for its time. */
    BACKOFF,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether nothing more happens to a task in this status. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** The status that clients see. */
    public TaskStatus published() {
        return this == RELEASED || this == BACKOFF ? QUEUED : this;
    }
}
