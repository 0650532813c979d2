package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;

/** Calls the activity with the same timeout and retries that a task of the orchestrator has unless it says otherwise. */
public final class TaskWorkflowImpl implements TaskWorkflow {
    static final ActivityOptions OPTIONS = ActivityOptions.newBuilder()
            .setStartToCloseTimeout(Limits.DEFAULT_TIMEOUT)
            .setRetryOptions(RetryOptions.newBuilder()
                    .setMaximumAttempts(RetryPolicy.DEFAULT.maxAttempts())
                    .setInitialInterval(RetryPolicy.DEFAULT.initialInterval())
                    .setBackoffCoefficient(RetryPolicy.DEFAULT.backoffCoefficient())
                    .setMaximumInterval(RetryPolicy.DEFAULT.maxInterval())
                    .build())
            .build();

    private final TaskActivity activity = Workflow.newActivityStub(TaskActivity.class, OPTIONS);

    @Override
    public byte[] run(String taskType, byte[] payload) {
        return activity.execute(taskType, payload);
    }
}
