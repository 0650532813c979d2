package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.Decision;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of a run whose agents are to be told to stop.
 *
 * @param errorCode what the errors of those that stop by it say
 * @param cause as {@link Decision.Cancellation#cause()}
 */
public record CancelRequest(
        UUID runId,
        int runNumber,
        List<Integer> tasks,
        String errorCode,
        String reason,
        @Nullable Integer cause) {}
