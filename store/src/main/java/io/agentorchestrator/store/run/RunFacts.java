package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKind;

/**
 * What never changes in a run.
 *
 * @param inputs the DAG's inputs, a JSON object
 */
public record RunFacts(RunKind kind, OnFailure onFailure, String inputs) {}
