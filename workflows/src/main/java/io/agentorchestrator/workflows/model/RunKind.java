package io.agentorchestrator.workflows.model;

/** The kind of a run: a DAG, or a group of standalone tasks. */
public enum RunKind {
    DAG,
    GROUP
}
