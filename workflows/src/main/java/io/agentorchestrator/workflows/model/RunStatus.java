package io.agentorchestrator.workflows.model;

/** Where a run is in its life, as the store keeps it. STARTING is internal and reads as PENDING from outside. */
public enum RunStatus {
    /** Accepted; none of its tasks has been released yet. */
    PENDING,
    /** Tasks are released, and its workflow is being started. */
    STARTING,
    RUNNING,
    PAUSED,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Tells whether nothing more happens in a run of this status. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** The status that clients see. */
    public RunStatus published() {
        return this == STARTING ? PENDING : this;
    }
}
