package io.agentorchestrator.benchmarks.group;

import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.run.BatchRequest;
import io.agentorchestrator.workflows.run.BatchResult;
import io.agentorchestrator.workflows.run.DispatchActivities;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.run.RunResult;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** The least that a group's activity would do: the workflow's one batch, where every task of it completes. It retries no task and hears no command. */
@ActivityInterface
public interface GroupActivity {
    @ActivityMethod(name = "BaselineGroup")
    RunResult run(RunInput input, byte[] plan);

    /** By the dispatcher that the workflow has. */
    record Of(DispatchActivities dispatch) implements GroupActivity {
        @Override
        public RunResult run(RunInput input, byte[] plan) {
            int tasks = PlanCodec.decode(plan).size();
            BatchResult result = dispatch.dispatch(
                    new BatchRequest(input.runId(), input.runNumber(), input.tenant(), 1, input.released(), List.of()));
            if (result.ended().size() != tasks) {
                throw new IllegalStateException("a task of the group has not ended");
            }
            return new RunResult(RunStatus.COMPLETED, tasks, 0, 0);
        }
    }
}
