package io.agentorchestrator.workflows.model;

import java.util.Locale;
import java.util.UUID;

/**
 * Names one run: the id of the DAG or group it executes, and its number from 1.
 *
 * @param runId the DAG's id, or the group's
 * @param runNumber 1 for the first run; a retry of a DAG is the next number
 */
public record RunKey(UUID runId, int runNumber) {
    public RunKey {
        if (runNumber < 1) {
            throw new IllegalArgumentException("run numbers start at 1, not " + runNumber);
        }
    }

    /** The id of the run's Temporal workflow; it says what it is: {@code dag-<uuid>-1}, {@code group-<uuid>-1}. */
    public String workflowId(RunKind kind) {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + runId + "-" + runNumber;
    }
}
