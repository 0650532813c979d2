package io.agentorchestrator.workflows.run;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** The workflow of a group: standalone tasks that were released together. */
@WorkflowInterface
public interface GroupRun extends RunSignals {
    String TYPE = "RunGroup";

    /**
     * Runs to the end.
     *
     * @param plan by {@code PlanCodec}
     * @param snapshot of the planner, where this run goes on after continue-as-new, or takes over tasks of another run; null at first
     */
    @WorkflowMethod(name = TYPE)
    RunResult run(RunInput input, byte[] plan, byte @Nullable [] snapshot);
}
