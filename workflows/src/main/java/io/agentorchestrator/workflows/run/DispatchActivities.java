package io.agentorchestrator.workflows.run;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Runs on the dispatch task queue, whose order is Temporal's native priority. */
@ActivityInterface
public interface DispatchActivities {
    String TASK_QUEUE = "orchestrator-dispatch";

    /** Dispatches a batch to agents and watches it; returns when all is done, or a short bound has passed. What still runs is watched on. */
    @ActivityMethod(name = "DispatchBatch")
    BatchResult dispatch(BatchRequest batch);
}
