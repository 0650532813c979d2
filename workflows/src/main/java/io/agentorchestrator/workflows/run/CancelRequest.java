package io.agentorchestrator.workflows.run;

import java.util.List;
import java.util.UUID;

/**
 * Tasks of a run whose agents are to be told to stop.
 *
 * @param errorCode what the errors of those that stop by it say
 */
public record CancelRequest(UUID runId, int runNumber, List<Integer> tasks, String errorCode, String reason) {}
