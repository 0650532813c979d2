package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.planner.PlannerSettings;

/**
 * Settings that a run keeps from its start, so that changing one never changes a decision already made.
 *
 * @param maxBatchSize tasks in a batch at most, 1 to {@value Limits#MAX_BATCH_SIZE}
 * @param maxBatchesInFlight dispatch activities that are pending at once
 * @param continueAfterEvents events of history after which the run continues as new even where the server does not suggest it;
 *     0 leaves it to the server
 * @param statusAttribute whether the run of a DAG keeps {@link RunAttributes#STATUS} up to date; the namespace must have it
 * @param localBatches whether batches of short tasks may be dispatched within the run's workflow task
 * @param failsWorkflow whether the run of a DAG that ends FAILED fails its workflow, so that Temporal's lists say so
 */
public record RunSettings(
        int maxBatchSize,
        int maxBatchesInFlight,
        int continueAfterEvents,
        boolean statusAttribute,
        boolean localBatches,
        boolean failsWorkflow) {
    public static final RunSettings DEFAULT = new RunSettings(50, 100);

    public RunSettings {
        // Checks them.
        var _ = new PlannerSettings(PlannerSettings.NEWEST_VERSION, maxBatchSize, maxBatchesInFlight);
        if (continueAfterEvents < 0) {
            throw new IllegalArgumentException("continueAfterEvents is 0 or more, not " + continueAfterEvents);
        }
    }

    /**
     * Settings of a run that continues as new when the server suggests it, shows its status as a search attribute, and whose
     * workflow completes however it ends.
     */
    public RunSettings(int maxBatchSize, int maxBatchesInFlight) {
        this(maxBatchSize, maxBatchesInFlight, 0, true, false, false);
    }

    /** The same, with this for {@link #statusAttribute}. */
    public RunSettings withStatusAttribute(boolean shown) {
        return new RunSettings(
                maxBatchSize, maxBatchesInFlight, continueAfterEvents, shown, localBatches, failsWorkflow);
    }
}
