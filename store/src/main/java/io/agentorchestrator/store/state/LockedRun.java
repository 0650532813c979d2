package io.agentorchestrator.store.state;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;

/** A run whose row the current transaction has for itself. */
public record LockedRun(RunKey key, RunKind kind, String tenant, RunStatus status, boolean paused) {}
