package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.planner.PlannerSettings;

/**
 * Settings that a run keeps from its start, so that changing one never changes a decision already made.
 *
 * @param maxLotSize tasks in a lot at most, 1 to {@value Limits#MAX_LOT_SIZE}
 * @param maxLotsInFlight dispatch activities that are pending at once
 * @param continueAfterEvents events of history after which the run continues as new even where the server does not suggest it;
 *     0 leaves it to the server
 * @param statusAttribute whether the run of a DAG keeps {@link RunAttributes#STATUS} up to date; the namespace must have it
 * @param localLots whether lots of short tasks may be dispatched within the run's workflow task; false in runs from before
 */
public record RunSettings(
        int maxLotSize, int maxLotsInFlight, int continueAfterEvents, boolean statusAttribute, boolean localLots) {
    public static final RunSettings DEFAULT = new RunSettings(50, 100);

    public RunSettings {
        if (maxLotSize < 1 || maxLotSize > Limits.MAX_LOT_SIZE) {
            throw new IllegalArgumentException("maxLotSize is 1 to " + Limits.MAX_LOT_SIZE + ", not " + maxLotSize);
        }
        if (maxLotsInFlight < 1 || maxLotsInFlight > PlannerSettings.MAX_LOTS_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "maxLotsInFlight is 1 to " + PlannerSettings.MAX_LOTS_IN_FLIGHT + ", not " + maxLotsInFlight);
        }
        if (continueAfterEvents < 0) {
            throw new IllegalArgumentException("continueAfterEvents is 0 or more, not " + continueAfterEvents);
        }
    }

    /** Settings of a run that continues as new when the server suggests it, and shows its status as a search attribute. */
    public RunSettings(int maxLotSize, int maxLotsInFlight) {
        this(maxLotSize, maxLotsInFlight, 0, true, false);
    }

    /** The same, with this for {@link #statusAttribute}. */
    public RunSettings withStatusAttribute(boolean shown) {
        return new RunSettings(maxLotSize, maxLotsInFlight, continueAfterEvents, shown, localLots);
    }

    /** The same, with this for {@link #localLots}. */
    public RunSettings withLocalLots(boolean allowed) {
        return new RunSettings(maxLotSize, maxLotsInFlight, continueAfterEvents, statusAttribute, allowed);
    }
}
