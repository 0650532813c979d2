package io.agentorchestrator.benchmarks.baseline;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/** Levels of tasks, as a workflow: the tasks of a level run side by side, once all of the level above have completed. */
@WorkflowInterface
public interface LevelsWorkflow {
    /**
     * Has the tasks executed.
     *
     * @param levels how many tasks each has
     * @param payload of every task, JSON in UTF-8
     */
    @WorkflowMethod(name = "BaselineLevels")
    void run(List<Integer> levels, String taskType, byte[] payload);
}
