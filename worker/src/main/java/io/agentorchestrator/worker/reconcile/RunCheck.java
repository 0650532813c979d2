package io.agentorchestrator.worker.reconcile;

import io.agentorchestrator.worker.run.WorkflowDescription;

/** The meaning of Temporal's view of a run whose rows say RUNNING. */
enum RunCheck {
    /** The workflow goes on. */
    GOES_ON,
    /** An operator ended the workflow; the run stays stopped. */
    STOPPED,
    /** There is no workflow any more though there is work: the run goes on in a new one. */
    LOST,
    /** Nothing can be concluded. */
    UNKNOWN;

    static RunCheck of(WorkflowDescription described) {
        return switch (described) {
            case WorkflowDescription.NotFound _ -> LOST;
            case WorkflowDescription.Unknown _ -> UNKNOWN;
            case WorkflowDescription.Is(var status) ->
                switch (status) {
                    case WORKFLOW_EXECUTION_STATUS_RUNNING,
                            WORKFLOW_EXECUTION_STATUS_PAUSED,
                            WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW -> GOES_ON;
                    case WORKFLOW_EXECUTION_STATUS_TERMINATED, WORKFLOW_EXECUTION_STATUS_CANCELED -> STOPPED;
                    case WORKFLOW_EXECUTION_STATUS_COMPLETED,
                            WORKFLOW_EXECUTION_STATUS_FAILED,
                            WORKFLOW_EXECUTION_STATUS_TIMED_OUT -> LOST;
                    case WORKFLOW_EXECUTION_STATUS_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
                };
        };
    }
}
