package io.agentorchestrator.worker.run;

import io.temporal.api.enums.v1.WorkflowExecutionStatus;

/** Temporal's description of a workflow. */
public sealed interface WorkflowDescription {
    /** The latest execution has this status. */
    record Is(WorkflowExecutionStatus status) implements WorkflowDescription {}

    /** Temporal, which has the namespace, has no such workflow. */
    record NotFound() implements WorkflowDescription {}

    /** Nothing is known. */
    record Unknown(String why) implements WorkflowDescription {}
}
