package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Limits;

/**
 * The settings that a planner keeps from its run's start.
 *
 * @param plannerVersion which rules it follows, 1 to {@value #NEWEST_VERSION}
 * @param maxBatchSize tasks in a batch at most
 * @param maxBatchesInFlight batches that are pending at once
 */
public record PlannerSettings(int plannerVersion, int maxBatchSize, int maxBatchesInFlight) {
    /** The rules as of this release. */
    public static final int NEWEST_VERSION = 1;

    /** Temporal allows 2,000 pending activities, and a run has others beside. */
    public static final int MAX_BATCHES_IN_FLIGHT = 1_000;

    public PlannerSettings {
        if (plannerVersion < 1 || plannerVersion > NEWEST_VERSION) {
            throw new IllegalArgumentException("the newest planner version is " + NEWEST_VERSION + "; this run wants "
                    + plannerVersion + ", so it needs another release of the worker");
        }
        if (maxBatchSize < 1 || maxBatchSize > Limits.MAX_BATCH_SIZE) {
            throw new IllegalArgumentException(
                    "maxBatchSize is 1 to " + Limits.MAX_BATCH_SIZE + ", not " + maxBatchSize);
        }
        if (maxBatchesInFlight < 1 || maxBatchesInFlight > MAX_BATCHES_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "maxBatchesInFlight is 1 to " + MAX_BATCHES_IN_FLIGHT + ", not " + maxBatchesInFlight);
        }
    }
}
