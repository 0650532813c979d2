package io.agentorchestrator.worker.testkit;

import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.worker.run.MissingRuns;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.worker.run.SdkTemporalRuns;
import io.agentorchestrator.worker.run.WorkflowDescription;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.run.RunAttributes;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.agentorchestrator.workflows.run.RunSettings;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Runs in a real store, and Temporal's server in this process; nobody works on the workflows. */
public final class RunsFixture implements AutoCloseable {
    public static final String TENANT = "default";

    public final TestDatabase database = PostgresServer.shared().newDatabase();
    public final RunReconciliation reconciliation = new RunReconciliation(database.dataSource());
    public final CommandStore commands = new CommandStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
    public final CommandDelivery delivery = new CommandDelivery(database.dataSource());
    public final RunStartStore starts = new RunStartStore(database.dataSource());
    public final WakeSignal reconcileWake = new WakeSignal();
    public final MissingRuns suspects = new MissingRuns(reconciliation, reconcileWake::now);
    public final FailingTemporal temporal;
    public final RunStarter starter;

    private final Submissions submissions = new Submissions(database.dataSource());
    private final TestWorkflowEnvironment environment =
            TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                    .setUseTimeskipping(false)
                    .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                            .setDataConverter(RunDataConverter.create())
                            .build())
                    .build());
    private final SdkTemporalRuns sdk = new SdkTemporalRuns(environment.getWorkflowClient());

    public RunsFixture() {
        temporal = new FailingTemporal(sdk);
        starter = starter(false);
    }

    /** A starter that believes Temporal to know the search attributes, or not to. */
    public RunStarter starter(boolean attributesKnown) {
        return new RunStarter(temporal, starts, _ -> RunSettings.DEFAULT, () -> attributesKnown, suspects);
    }

    /** Makes the search attributes known to Temporal. */
    public void registerAttributes() {
        List.of(RunAttributes.TENANT, RunAttributes.DAG_NAME, RunAttributes.STATUS)
                .forEach(key -> environment.registerSearchAttribute(
                        key.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
    }

    public WorkflowClient client() {
        return environment.getWorkflowClient();
    }

    /** A standalone task of type {@code t}. */
    public UUID task(Priority priority) {
        return submissions.task("t", priority);
    }

    /** A DAG of two tasks, one after the other, that nobody has released yet. */
    public RunKey pending() {
        return submissions.dag(
                OnFailure.CANCEL_DEPENDENTS, "{}", Submissions.Node.of("a"), Submissions.Node.of("b", "a"));
    }

    /** A DAG whose run has started, as the store and Temporal see it. */
    public RunKey started() {
        RunKey run = pending();
        if (!starter.start(begin(run))) {
            throw new IllegalStateException("Temporal is away");
        }
        return run;
    }

    /** A DAG whose run has started as the store sees it, of which Temporal knows nothing. */
    public RunKey lost() {
        RunKey run = pending();
        begin(run);
        starts.started(List.of(run));
        return run;
    }

    /** Puts a task where it would be once it has been offered to an agent. */
    public void atAgent(RunKey run, int index, String agentId) {
        database.client().sql("""
                        update task_state set status = 'RUNNING', attempt = 1, epoch = 1, agent_id = ?, started_at = now()
                        where run_id = ? and task_index = ?
                        """).params(agentId, run.runId(), index).update();
    }

    public WorkflowDescription describe(RunKey run) {
        return sdk.describe(workflowId(run));
    }

    public static String workflowId(RunKey run) {
        return run.workflowId(RunKind.DAG);
    }

    /** The run's status by its rows; absent rows read as "none". */
    public String status(RunKey run) {
        return database.client()
                .sql("select status::text from run where run_id = ? and run_number = ?")
                .params(run.runId(), run.runNumber())
                .query(String.class)
                .optional()
                .orElse("none");
    }

    /** Statuses and error codes of the DAG's tasks, by index. */
    public List<String> tasks(RunKey run) {
        return database.client().sql("""
                        select status || coalesce(' ' || error_code, '') from task_state where run_id = ? order by task_index
                        """).param(run.runId()).query(String.class).list();
    }

    /** Marks the run as being started. */
    public RunStart begin(RunKey run) {
        return delivery.beginStart(run).orElseThrow();
    }

    @Override
    public void close() {
        sdk.close();
        environment.close();
        database.close();
    }
}
