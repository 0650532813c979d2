package io.agentorchestrator.workflows.model;

/** The action of a DAG when one of its tasks has failed for good. */
public enum OnFailure {
    /** Cancel what depends on the failed task; everything else goes on. */
    CANCEL_DEPENDENTS,
    /** Cancel everything else of the DAG, running tasks included. */
    FAIL_FAST,
    /** Run the dependents all the same, with the failed parent's result null. */
    CONTINUE
}
