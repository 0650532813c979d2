package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.Decision;
import java.util.List;
import java.util.UUID;

/** Decisions of the planner to record in the store: see {@link Decision.Write}. Repeating it changes nothing. */
public record WriteRequest(
        UUID runId,
        int runNumber,
        List<Decision.Failure> failed,
        List<Decision.Cancellation> cancelled,
        List<Integer> requeued) {}
