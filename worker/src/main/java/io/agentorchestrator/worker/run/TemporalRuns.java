package io.agentorchestrator.worker.run;

import io.agentorchestrator.workflows.run.RunInput;
import io.temporal.client.WorkflowOptions;
import org.jspecify.annotations.Nullable;

/** Temporal, as far as the worker tells and asks it of runs. No call takes longer than a bound, or throws. Thread-safe. */
public interface TemporalRuns {
    /**
     * Starts a workflow; {@link DeliveryResult.Done} also if it was started before.
     *
     * @param snapshot null unless the run takes over tasks of another
     */
    DeliveryResult start(
            String workflowType, WorkflowOptions options, RunInput input, byte[] plan, byte @Nullable [] snapshot);

    /** Sends a signal to the latest execution of a workflow. */
    DeliveryResult signal(String workflowId, String signal, Object argument);

    /** Asks for the status of the latest execution of a workflow. */
    WorkflowDescription describe(String workflowId);
}
