package io.agentorchestrator.workflows.run;

import java.util.List;
import java.util.UUID;

/** Tasks of a run whose agents are to be told to stop. */
public record CancelRequest(UUID runId, int runNumber, List<Integer> tasks, String reason) {}
