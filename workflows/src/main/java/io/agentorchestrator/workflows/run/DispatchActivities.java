package io.agentorchestrator.workflows.run;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Runs on the dispatch task queue, whose order is Temporal's native priority. */
@ActivityInterface
public interface DispatchActivities {
    /** The failure of a batch of a run that the store does not have: there is nothing to be done for it, now or later. */
    String RUN_UNKNOWN = "RUN_UNKNOWN";

    /**
     * Dispatches a batch to agents and watches it; returns when all is done, or a short bound has passed. What still runs is watched on.
     * Fails for good only with {@link #RUN_UNKNOWN}.
     */
    @ActivityMethod(name = "DispatchBatch")
    BatchResult dispatch(BatchRequest batch);
}
