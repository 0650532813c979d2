package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.RunStatus;
import java.util.UUID;

/** The end of a run, to be recorded. */
public record FinishRequest(UUID runId, int runNumber, RunStatus status) {}
