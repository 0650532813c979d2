package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKind;

/**
 * Facts about a run that never change.
 *
 * @param onFailure of the DAG; a group has no dependents for it to matter to
 * @param inputs the DAG's inputs, a JSON object
 */
public record RunFacts(RunKind kind, OnFailure onFailure, String inputs) {
    /** Of any group. */
    public static final RunFacts OF_GROUP = new RunFacts(RunKind.GROUP, OnFailure.CANCEL_DEPENDENTS, "{}");
}
