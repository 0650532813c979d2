package io.agentorchestrator.workflows.model;

/** What a run executes. */
public enum RunKind {
    DAG,
    GROUP
}
