package io.agentorchestrator.benchmarks.group;

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
import io.temporal.client.ActivityClient;
import io.temporal.client.ActivityClientOptions;
import io.temporal.client.StartActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Temporal's client and worker with the product's options, and the product's workflow of a group. Has the product's task queues to itself. */
final class GroupWorker implements AutoCloseable {
    private static final int POLLERS = 8;
    private static final int SLOTS = 200;
    private static final int BATCH_SIZE = 500;
    private static final int BATCHES = 100;
    private static final long DEADLOCK_DETECTION_MILLIS = 10_000;
    private static final Duration BATCH_TIMEOUT = Duration.ofMinutes(15);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final InstantDispatch dispatch;
    private final int tasks;
    private final byte[] plan;
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient workflows;
    private final ActivityClient activities;
    private final WorkerFactory workers;

    /** @param tasks in each group */
    GroupWorker(String temporal, String namespace, InstantDispatch dispatch, int tasks) {
        this.dispatch = dispatch;
        this.tasks = tasks;
        plan = PlanCodec.encode(
                Plan.ofGroup(Collections.nCopies(tasks, new PlanTask(Priority.NORMAL, 1, RetryPolicy.DEFAULT))));
        DataConverter converter = RunDataConverter.create();
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal)
                .setGrpcCompression(GrpcCompression.NONE)
                .build());
        workflows = WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(namespace)
                        .setDataConverter(converter)
                        .build());
        activities = ActivityClient.newInstance(
                stubs,
                ActivityClientOptions.newBuilder()
                        .setNamespace(namespace)
                        .setDataConverter(converter)
                        .build());
        workers = WorkerFactory.newInstance(
                workflows,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(2_000)
                        .setUsingVirtualWorkflowThreads(true)
                        .build());
        Worker runs = workers.newWorker(RunQueues.RUNS, options());
        runs.registerWorkflowImplementationTypes(GroupRunImpl.class);
        runs.registerActivitiesImplementations(dispatch);
        workers.newWorker(RunQueues.DISPATCH, options())
                .registerActivitiesImplementations(dispatch, new GroupActivity.Of(dispatch));
        workers.start();
    }

    private static WorkerOptions options() {
        return WorkerOptions.newBuilder()
                .setUsingVirtualThreads(true)
                .setDefaultDeadlockDetectionTimeout(DEADLOCK_DETECTION_MILLIS)
                .setMaxConcurrentWorkflowTaskExecutionSize(SLOTS)
                .setMaxConcurrentWorkflowTaskPollers(POLLERS)
                .setMaxConcurrentActivityExecutionSize(SLOTS)
                .setMaxConcurrentLocalActivityExecutionSize(SLOTS)
                .setMaxConcurrentActivityTaskPollers(POLLERS)
                .build();
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
            case STANDALONE_ACTIVITY ->
                activities.start(GroupActivity.class, GroupActivity::run, of(key).build(), input, plan);
            case STANDALONE_ACTIVITY_HEARTBEAT ->
                activities.start(
                        GroupActivity.class,
                        GroupActivity::run,
                        of(key).setHeartbeatTimeout(HEARTBEAT_TIMEOUT).build(),
                        input,
                        plan);
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
        workflows.newUntypedWorkflowStub(GroupRun.TYPE, options).start(input, plan, null);
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
            case WORKFLOW, WORKFLOW_BATCH_BY_QUEUE ->
                workflows
                        .countWorkflows("TaskQueue = '" + RunQueues.RUNS + "' AND ExecutionStatus = 'Completed'")
                        .getCount();
            case STANDALONE_ACTIVITY, STANDALONE_ACTIVITY_HEARTBEAT ->
                activities
                        .countExecutions("TaskQueue = '" + RunQueues.DISPATCH + "' AND ExecutionStatus = 'Completed'")
                        .getCount();
        };
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        stubs.shutdownNow();
    }
}
