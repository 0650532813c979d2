package io.agentorchestrator.workflows.run;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The workflow of a group: standalone tasks that were released together. */
@WorkflowInterface
public interface GroupRun extends RunSignals {
    String TYPE = "RunGroup";

    @WorkflowMethod(name = TYPE)
    RunResult run(RunInput input);
}
