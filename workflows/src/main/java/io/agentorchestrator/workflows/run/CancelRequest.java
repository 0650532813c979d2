package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of a run whose agents are to be told to stop.
 *
 * @param code what the errors of those that stop by it say; {@link EndCodes#CANCELLED} where a run of an earlier release says nothing
 */
public record CancelRequest(
        UUID runId,
        int runNumber,
        List<Integer> tasks,
        @Nullable String code,
        String reason) {
    public CancelRequest {
        code = Objects.requireNonNullElse(code, EndCodes.CANCELLED);
    }

    /** The code, never absent. */
    public String errorCode() {
        return Objects.requireNonNull(code);
    }
}
