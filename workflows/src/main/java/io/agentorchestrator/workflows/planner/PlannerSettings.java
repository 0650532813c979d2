package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Limits;

/**
 * What a planner keeps from its run's start.
 *
 * @param plannerVersion which rules it follows, 1 to {@value #NEWEST_VERSION}. In version 1 a paused run keeps what was granted; since
 *     version {@value #HANDS_BACK_WHEN_PAUSED} it hands it back to the backlog, where it holds no capacity; since version
 *     {@value #TAKES_ALONG} lots take tasks along that wait for nothing else
 * @param maxLotSize tasks in a lot at most
 * @param maxLotsInFlight lots that are pending at once
 */
public record PlannerSettings(int plannerVersion, int maxLotSize, int maxLotsInFlight) {
    /** The rules as of this release. */
    public static final int NEWEST_VERSION = 3;

    private static final int HANDS_BACK_WHEN_PAUSED = 2;
    private static final int TAKES_ALONG = 3;
    /** Temporal allows 2,000 pending activities, and a run has others beside. */
    public static final int MAX_LOTS_IN_FLIGHT = 1_000;

    public PlannerSettings {
        if (plannerVersion < 1 || plannerVersion > NEWEST_VERSION) {
            throw new IllegalArgumentException("planner versions go from 1 to " + NEWEST_VERSION + "; this run wants "
                    + plannerVersion + ", so it needs another release of the worker");
        }
        if (maxLotSize < 1 || maxLotSize > Limits.MAX_LOT_SIZE) {
            throw new IllegalArgumentException("maxLotSize is 1 to " + Limits.MAX_LOT_SIZE + ", not " + maxLotSize);
        }
        if (maxLotsInFlight < 1 || maxLotsInFlight > MAX_LOTS_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "maxLotsInFlight is 1 to " + MAX_LOTS_IN_FLIGHT + ", not " + maxLotsInFlight);
        }
    }

    boolean handsBackWhenPaused() {
        return plannerVersion >= HANDS_BACK_WHEN_PAUSED;
    }

    boolean takesAlong() {
        return plannerVersion >= TAKES_ALONG;
    }
}
