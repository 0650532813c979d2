package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;

/** A task at an agent that a worker watches from now on, since nobody alive did. */
public record AdoptedTask(RunKey run, RunKind kind, int index) {}
