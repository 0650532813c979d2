package io.agentorchestrator.benchmarks.baseline;

import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/** An activity for each task. */
public final class LevelsWorkflowImpl implements LevelsWorkflow {
    private final TaskActivity activity = Workflow.newActivityStub(TaskActivity.class, TaskWorkflowImpl.OPTIONS);

    @Override
    public void run(List<Integer> levels, String taskType, byte[] payload) {
        for (int tasks : levels) {
            List<Promise<byte[]>> results = new ArrayList<>();
            for (int task = 0; task < tasks; task++) {
                results.add(Async.function(activity::execute, taskType, payload));
            }
            Promise.allOf(results).get();
        }
    }
}
