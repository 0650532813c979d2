package io.agentorchestrator.workflows.run;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** The workflow of one run of a DAG. */
@WorkflowInterface
public interface DagRun extends RunSignals {
    String TYPE = "RunDag";

    /**
     * Runs to the end.
     *
     * @param plan by {@code PlanCodec}
     * @param snapshot of the planner, where this run goes on after continue-as-new, or takes over tasks of another run; null at first
     */
    @WorkflowMethod(name = TYPE)
    RunResult run(RunInput input, byte[] plan, byte @Nullable [] snapshot);
}
