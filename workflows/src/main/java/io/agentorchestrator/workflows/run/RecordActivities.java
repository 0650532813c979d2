package io.agentorchestrator.workflows.run;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Short writes that a run needs beside dispatch; on the workflows' own task queue. Every one may be repeated. */
@ActivityInterface
public interface RecordActivities {
    /** Records a write of the planner. */
    @ActivityMethod(name = "WriteChanges")
    WriteResult write(WriteRequest request);

    @ActivityMethod(name = "CancelAtAgents")
    void cancelAtAgents(CancelRequest request);

    /** Ends once so much time has passed, less than a second: Temporal's own timers are not as exact. */
    @ActivityMethod(name = "BackOff")
    void backOff(long millis);

    @ActivityMethod(name = "FinishRun")
    void finish(FinishRequest request);
}
