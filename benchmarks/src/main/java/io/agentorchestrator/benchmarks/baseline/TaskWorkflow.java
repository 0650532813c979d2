package io.agentorchestrator.benchmarks.baseline;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One task, as a workflow. Its id is the task's, a UUID. */
@WorkflowInterface
public interface TaskWorkflow {
    /**
     * Has the task executed.
     *
     * @param payload JSON in UTF-8
     * @return the agent's result, JSON in UTF-8
     */
    @WorkflowMethod(name = "BaselineTask")
    byte[] run(String taskType, byte[] payload);
}
