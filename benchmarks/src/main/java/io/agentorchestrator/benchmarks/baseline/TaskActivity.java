package io.agentorchestrator.benchmarks.baseline;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** The activity that the workflow runs. */
@ActivityInterface
public interface TaskActivity {
    /**
     * Has an agent execute the task, and waits for the outcome.
     *
     * @param payload JSON in UTF-8
     * @return the agent's result, JSON in UTF-8
     */
    @ActivityMethod(name = "BaselineCall")
    byte[] execute(String taskType, byte[] payload);
}
