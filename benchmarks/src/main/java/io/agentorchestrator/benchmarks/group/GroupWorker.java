package io.agentorchestrator.benchmarks.group;

import io.agentorchestrator.benchmarks.baseline.TemporalConnection;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.plan.PlanTask;
import io.agentorchestrator.workflows.run.GroupRun;
import io.agentorchestrator.workflows.run.GroupRunImpl;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.run.RunQueues;
import io.agentorchestrator.workflows.run.RunSettings;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.StartActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Temporal's client and worker with the product's options, and the product's workflow of a group. Has the product's task queues to itself. */
final class GroupWorker implements AutoCloseable {
    private static final int POLLERS = 8;
    private static final int SLOTS = 200;
    private static final int BATCH_SIZE = 500;
    private static final int BATCHES = 100;
    private static final int CACHED_WORKFLOWS = 2_000;
    private static final Duration BATCH_TIMEOUT = Duration.ofMinutes(15);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final InstantDispatch dispatch;
    private final int tasks;
    private final byte[] plan;
    private final TemporalConnection temporal;

    /** @param tasks in each group */
    GroupWorker(String address, String namespace, InstantDispatch dispatch, int tasks) {
        this.dispatch = dispatch;
        this.tasks = tasks;
        plan = PlanCodec.encode(
                Plan.ofGroup(Collections.nCopies(tasks, new PlanTask(Priority.NORMAL, 1, RetryPolicy.DEFAULT))));
        temporal = TemporalConnection.open(address, namespace, RunDataConverter.create(), CACHED_WORKFLOWS);
        WorkerOptions options = TemporalConnection.options(SLOTS, POLLERS, SLOTS, POLLERS)
                .setMaxConcurrentLocalActivityExecutionSize(SLOTS)
                .build();
        Worker runs = temporal.workers().newWorker(RunQueues.RUNS, options);
        runs.registerWorkflowImplementationTypes(GroupRunImpl.class);
        runs.registerActivitiesImplementations(dispatch);
        temporal.workers()
                .newWorker(RunQueues.DISPATCH, options)
                .registerActivitiesImplementations(dispatch, new GroupActivity.Of(dispatch));
        temporal.workers().start();
    }

    /** Starts a group, as the product does; returns once Temporal has it. */
    void start(GroupForm form) {
        RunKey key = new RunKey(ids.next(), 1);
        RunInput input = new RunInput(
                RunKind.GROUP,
                key.runId(),
                key.runNumber(),
                "tenant",
                RunInput.CURRENT_PLANNER_VERSION,
                "group",
                IntStream.range(0, tasks).boxed().toList(),
                new RunSettings(BATCH_SIZE, BATCHES, 0, true, form == GroupForm.WORKFLOW, false),
                0,
                List.of(),
                List.of());
        dispatch.starting(key.runId());
        switch (form) {
            case WORKFLOW, WORKFLOW_BATCH_BY_QUEUE -> startWorkflow(key, input);
            case STANDALONE_ACTIVITY -> startActivity(of(key), input, plan);
            case STANDALONE_ACTIVITY_HEARTBEAT ->
                startActivity(of(key).setHeartbeatTimeout(HEARTBEAT_TIMEOUT), input, plan);
        }
    }

    private void startWorkflow(RunKey key, RunInput input) {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(key.workflowId(RunKind.GROUP))
                .setTaskQueue(RunQueues.RUNS)
                .setDisableEagerExecution(false)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                .setStaticSummary(tasks + " tasks")
                .build();
        temporal.workflows().newUntypedWorkflowStub(GroupRun.TYPE, options).start(input, plan, null);
    }

    private void startActivity(StartActivityOptions.Builder options, RunInput input, byte[] plan) {
        temporal.activities().start(GroupActivity.class, GroupActivity::run, options.build(), input, plan);
    }

    private StartActivityOptions.Builder of(RunKey key) {
        return StartActivityOptions.newBuilder()
                .setId(key.workflowId(RunKind.GROUP))
                .setTaskQueue(RunQueues.DISPATCH)
                .setStartToCloseTimeout(BATCH_TIMEOUT)
                .setStaticSummary(tasks + " tasks");
    }

    /** Groups of this form that Temporal lists as completed. */
    long listedAsCompleted(GroupForm form) {
        return switch (form) {
            case WORKFLOW, WORKFLOW_BATCH_BY_QUEUE -> temporal.completedWorkflows(RunQueues.RUNS);
            case STANDALONE_ACTIVITY, STANDALONE_ACTIVITY_HEARTBEAT -> temporal.completedActivities(RunQueues.DISPATCH);
        };
    }

    @Override
    public void close() {
        temporal.close();
    }
}
