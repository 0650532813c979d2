package io.agentorchestrator.workflows.model;

/** The course of a task for which its budget, or its DAG's, does not suffice. */
public enum OnBudgetExceeded {
    /** It fails with {@code BUDGET_EXCEEDED}. */
    FAIL,
    /** It waits, and its DAG is paused, until somebody raises the budget. */
    PAUSE,
    /** It goes on, at agents only that are cheap enough for what is left. */
    CHEAPER
}
