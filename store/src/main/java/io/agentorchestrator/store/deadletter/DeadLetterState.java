package io.agentorchestrator.store.deadletter;

/** The state of a dead letter. Only OPEN ones are in the stream. */
public enum DeadLetterState {
    OPEN,
    /** Another task was made of it. */
    REPROCESSED,
    /** The task itself runs again, or has, in a further run of its DAG. */
    RERUN,
    /** By a user, or because it was too old or one too many. */
    DELETED
}
