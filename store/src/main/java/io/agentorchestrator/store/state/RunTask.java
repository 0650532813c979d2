package io.agentorchestrator.store.state;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;

/** A task of a run, by its index. */
public record RunTask(RunKey run, RunKind kind, int index) {}
