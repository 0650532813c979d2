package io.agentorchestrator.workflows.run;

import static org.awaitility.Awaitility.await;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.plan.PlanTask;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.TaskPhase;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkflowImplementationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Temporal that skips time, workers for both task queues, and a fake store. With {@code -Dhistories.record=true} the histories
 * of runs that a test names by {@link #save} are written to src/test/resources/histories, for the replay tests; those that are there
 * stay.
 */
final class RunWorld implements RunSignals, AutoCloseable {
    static final String TENANT = "acme";
    static final String NAME = "a test's run";

    private static final Path HISTORIES = Path.of("src/test/resources/histories");
    private static final RetryPolicy TWICE =
            new RetryPolicy(2, Duration.ofMinutes(10), 2, Duration.ofHours(1), List.of(FakeStore.FATAL_CODE));

    final TestWorkflowEnvironment environment;
    final FakeStore store;
    private final Plan plan;
    private final RunKind kind;
    private final UUID runId = UUID.fromString("01900000-0000-7000-8000-000000000001");
    private final WorkerFactory dispatchers;
    private final List<CommandSignal> given = new ArrayList<>();
    private int runNumber = 1;
    private byte @Nullable [] snapshot;
    private WorkflowExecution firstExecution = WorkflowExecution.getDefaultInstance();

    private RunWorld(RunKind kind, Plan plan) {
        this.kind = kind;
        this.plan = plan;
        this.store = new FakeStore(plan, this);
        this.environment = newEnvironment();
        Worker runs = environment.newWorker(RunQueues.RUNS);
        runs.registerWorkflowImplementationTypes(options(), DagRunImpl.class, GroupRunImpl.class);
        runs.registerActivitiesImplementations(store); // dispatches local batches as well
        this.dispatchers = WorkerFactory.newInstance(environment.getWorkflowClient());
        dispatchers.newWorker(RunQueues.DISPATCH).registerActivitiesImplementations(store);
    }

    /** A workflow that throws fails here, and does not hang the test. */
    private static WorkflowImplementationOptions options() {
        return WorkflowImplementationOptions.newBuilder()
                .setFailWorkflowExceptionTypes(RuntimeException.class)
                .build();
    }

    static TestWorkflowEnvironment newEnvironment() {
        TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(RunDataConverter.create())
                        .build())
                .build());
        for (SearchAttributeKey<String> key :
                List.of(RunAttributes.TENANT, RunAttributes.DAG_NAME, RunAttributes.STATUS)) {
            environment.registerSearchAttribute(key.getName(), key.getValueType());
        }
        return environment;
    }

    static RunWorld dag(OnFailure onFailure, int[]... parents) {
        return new RunWorld(RunKind.DAG, Plan.ofDag(onFailure, parents, Collections.nCopies(parents.length, task())));
    }

    /** A single task that is tried again on these terms. */
    static RunWorld retrying(RetryPolicy policy) {
        return new RunWorld(
                RunKind.DAG,
                Plan.ofDag(
                        OnFailure.CANCEL_DEPENDENTS,
                        new int[][] {{}},
                        List.of(new PlanTask(Priority.HIGH, 1, policy))));
    }

    static RunWorld group(int size) {
        return new RunWorld(RunKind.GROUP, Plan.ofGroup(Collections.nCopies(size, task())));
    }

    static int[] on(int... parents) {
        return parents;
    }

    private static PlanTask task() {
        return new PlanTask(Priority.HIGH, 1, TWICE);
    }

    /** The run before was lost when its tasks had these statuses. */
    RunWorld takingOver(TaskStatus... found) {
        return takingOver(List.of(found), Collections.nCopies(found.length, 0));
    }

    /**
     * The same, of tasks that had these attempts before a user had them run again.
     *
     * @param attemptBases by task
     */
    RunWorld takingOver(List<TaskStatus> found, List<Integer> attemptBases) {
        store.found(found, attemptBases);
        runNumber++;
        List<TaskPhase> phases = found.stream().map(TaskPhase::taking).toList();
        snapshot = Planner.resumption(phases, attemptBases, false);
        return this;
    }

    /** A command that was accepted before the start. */
    RunWorld given(CommandSignal.Kind kind, Integer... tasks) {
        given.add(command(kind, List.of(tasks), 0));
        return this;
    }

    RunWorld start() {
        return start(RunSettings.DEFAULT);
    }

    RunWorld start(RunSettings settings) {
        startWithoutDispatchers(settings);
        dispatchers.start();
        return this;
    }

    void startWithoutDispatchers(RunSettings settings) {
        environment.start();
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        kind == RunKind.DAG ? DagRun.TYPE : GroupRun.TYPE,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflowId())
                                .setTaskQueue(RunQueues.RUNS)
                                .setTypedSearchAttributes(RunAttributes.of(
                                        TENANT, kind == RunKind.DAG ? NAME : null, RunStatus.RUNNING.name()))
                                .build());
        RunInput input = new RunInput(
                kind,
                runId,
                runNumber,
                TENANT,
                RunInput.CURRENT_PLANNER_VERSION,
                NAME,
                store.released(),
                settings,
                0,
                IntStream.range(0, plan.size()).mapToObj(task -> "key-" + task).toList(),
                given);
        firstExecution = stub.start(input, PlanCodec.encode(plan), snapshot);
    }

    void startDispatchers() {
        dispatchers.start();
    }

    /** What the run began with; continue-as-new makes others. */
    WorkflowExecution firstExecution() {
        return firstExecution;
    }

    WorkflowStub stub() {
        return client().newUntypedWorkflowStub(workflowId());
    }

    private WorkflowClient client() {
        return environment.getWorkflowClient();
    }

    private String workflowId() {
        return key().workflowId(kind);
    }

    private RunKey key() {
        return new RunKey(runId, runNumber);
    }

    @Override
    public void release(List<Integer> tasks) {
        stub().signal(RunSignals.RELEASE, tasks);
    }

    /** A notice that is told twice may find that the first has ended the run. */
    @Override
    public void notice(RunNotice notice) {
        try {
            stub().signal(RunSignals.NOTICE, notice);
        } catch (WorkflowNotFoundException ended) {
            if (!notice.runEnded()) {
                throw ended;
            }
        }
    }

    /** Does the next step of a task as soon as it is watched. */
    void takeStep(int task) {
        await().atMost(Duration.ofSeconds(30)).until(() -> store.isWatched(task));
        store.takeStep(task);
    }

    void command(CommandSignal.Kind command, Integer... tasks) {
        command(command(command, List.of(tasks), 0));
    }

    /** @param sequence of the command's row */
    void toggle(CommandSignal.Kind command, long sequence) {
        command(command(command, List.of(), sequence));
    }

    @Override
    public void command(CommandSignal command) {
        stub().signal(RunSignals.COMMAND, command);
    }

    private static CommandSignal command(CommandSignal.Kind kind, List<Integer> tasks, long sequence) {
        UUID id = UUID.fromString("01900000-0000-7000-8000-00000000000c");
        return new CommandSignal(id, kind, tasks, null, "because", sequence);
    }

    /** What the last execution of the run has shown as its status, in order. */
    List<String> shownStatuses() {
        return events().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
                .map(event -> event.getUpsertWorkflowSearchAttributesEventAttributes()
                        .getSearchAttributes()
                        .getIndexedFieldsOrThrow(RunAttributes.STATUS.getName()))
                .map(status -> DefaultDataConverter.STANDARD_INSTANCE.fromPayload(status, String.class, String.class))
                .toList();
    }

    /** The timers that the last execution of the run has started. */
    List<HistoryEvent> timers() {
        return events().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_TIMER_STARTED)
                .toList();
    }

    RunResult result() {
        return stub().getResult(RunResult.class);
    }

    boolean hasContinued() {
        return !events().getFirst()
                .getWorkflowExecutionStartedEventAttributes()
                .getContinuedExecutionRunId()
                .isEmpty();
    }

    /** Events of the last execution of the run. */
    List<HistoryEvent> events() {
        return client().fetchHistory(workflowId()).getEvents();
    }

    /** Keeps the history of one execution, unless there is one of this name: they are never replaced. */
    void save(String name, WorkflowExecution execution) {
        Path file = HISTORIES.resolve(name + ".json");
        if (Boolean.getBoolean("histories.record") && Files.notExists(file)) {
            WorkflowExecutionHistory history = client().fetchHistory(execution.getWorkflowId(), execution.getRunId());
            try {
                Files.createDirectories(HISTORIES);
                Files.writeString(file, history.toJson(true));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void save(String name) {
        save(name, WorkflowExecution.newBuilder().setWorkflowId(workflowId()).build());
    }

    @Override
    public void close() {
        dispatchers.shutdownNow();
        environment.close();
    }
}
