package io.agentorchestrator.workflows.run;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The workflow of one run of a DAG. */
@WorkflowInterface
public interface DagRun extends RunSignals {
    String TYPE = "RunDag";

    @WorkflowMethod(name = TYPE)
    RunResult run(RunInput input);
}
