package io.agentorchestrator.cli.stack;

/** Where a component of the embedded stack stands. */
public enum ComponentState {
    /** Waits for a component that it needs. */
    WAITING,
    /** Its program is being fetched or its data set up. */
    PREPARING,
    /** Its process runs and does not answer yet. */
    STARTING,
    /** Ready. */
    UP,
    /** Its process runs but stopped answering. */
    UNREADY,
    /** Its process died; a new one follows shortly. */
    RESTARTING,
    /** Given up: it died too often, or could not be prepared. */
    FAILED,
    /** Being stopped. */
    STOPPING,
    /** Stopped. */
    STOPPED,
    /** Its process runs although its supervisor is gone. */
    ORPHANED
}
