package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import io.agentorchestrator.workflows.model.Uuid7;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A workflow a task; levels of tasks are one workflow. */
final class WorkflowStarts implements TaskStarts {
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final TemporalConnection temporal;
    private final String taskQueue;
    private final CloseWatch closes;
    private final boolean eager;

    /** @param eager whether a start is answered by the first workflow task */
    WorkflowStarts(TemporalConnection temporal, String taskQueue, CloseWatch closes, boolean eager) {
        this.temporal = temporal;
        this.taskQueue = taskQueue;
        this.closes = closes;
        this.eager = eager;
    }

    @Override
    public CompletableFuture<Boolean> submit(MixedTask task) {
        return start(TaskWorkflow.class, workflow -> WorkflowClient.start(workflow::run, task.type(), task.payload()));
    }

    @Override
    public CompletableFuture<Boolean> submitLevels(List<Integer> levels, MixedTask each) {
        return start(
                LevelsWorkflow.class,
                workflow -> WorkflowClient.start(workflow::run, levels, each.type(), each.payload()));
    }

    private <W> CompletableFuture<Boolean> start(Class<W> type, Consumer<W> start) {
        String workflowId = ids.next().toString();
        W workflow = temporal.workflows()
                .newWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflowId)
                                .setTaskQueue(taskQueue)
                                .setDisableEagerExecution(!eager)
                                .build());
        return closes.afterStart(workflowId, () -> start.accept(workflow));
    }

    @Override
    public long listedAsCompleted() {
        return temporal.completedWorkflows(taskQueue);
    }
}
