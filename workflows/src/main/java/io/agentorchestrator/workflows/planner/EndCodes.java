package io.agentorchestrator.workflows.planner;

/** Error codes of tasks that end because of something other than their own failure. */
public final class EndCodes {
    /** A task that it depends on failed. */
    public static final String UPSTREAM_FAILED = "UPSTREAM_FAILED";
    /** A task that it depends on was cancelled. */
    public static final String UPSTREAM_CANCELLED = "UPSTREAM_CANCELLED";
    /** Another task of its DAG failed, and the DAG is to fail fast. */
    public static final String DAG_FAILED = "DAG_FAILED";
    /** Its deadline passed before it had ended. */
    public static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";
    /** Its budget, or its DAG's, did not suffice for it. */
    public static final String BUDGET_EXCEEDED = "BUDGET_EXCEEDED";
    /** Somebody asked for it. */
    public static final String CANCELLED = "CANCELLED";

    /** An operator cancelled or terminated its run in Temporal. */
    public static final String RUN_TERMINATED = "RUN_TERMINATED";

    private EndCodes() {}
}
