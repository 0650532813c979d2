package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.release.GrantNotice;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.run.DagRun;
import io.agentorchestrator.workflows.run.GroupRun;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.run.RunQueues;
import io.agentorchestrator.workflows.run.RunSettings;
import io.agentorchestrator.workflows.run.RunSignals;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Temporal what release has decided. What fails here is found by the sweep and tried again. Thread-safe. */
final class RunStarter {
    private static final Logger LOG = LoggerFactory.getLogger(RunStarter.class);

    private final WorkflowClient client;
    private final RunStartStore starts;
    private final RunSettings settings;

    RunStarter(WorkflowClient client, RunStartStore starts, RunSettings settings) {
        this.client = client;
        this.starts = starts;
        this.settings = settings;
    }

    /** Starts the run's workflow; that it is there already is as good. */
    void start(RunStart start) {
        String workflowId = start.key().workflowId(start.kind());
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(workflowId)
                .setTaskQueue(RunQueues.RUNS)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                .setStaticSummary(summary(start))
                .build();
        RunInput input = RunInput.first(
                start.kind(),
                start.key(),
                start.tenant(),
                start.plannerVersion(),
                start.name(),
                start.plan(),
                start.granted(),
                settings);
        try {
            client.newUntypedWorkflowStub(type(start.kind()), options).start(input);
        } catch (WorkflowExecutionAlreadyStarted already) {
            LOG.debug("{} was started before", workflowId, already);
        } catch (WorkflowServiceException away) {
            LOG.warn("could not start {}; it will be tried again: {}", workflowId, String.valueOf(away.getCause()));
            return;
        }
        starts.started(List.of(start.key()));
    }

    /** Tells the run of its grants. */
    void notify(GrantNotice notice) {
        String workflowId = notice.key().workflowId(notice.kind());
        try {
            client.newUntypedWorkflowStub(workflowId).signal(RunSignals.GRANT, notice.tasks());
        } catch (WorkflowNotFoundException gone) {
            LOG.warn(
                    "{} is not in Temporal, or has ended, and has {} granted tasks",
                    workflowId,
                    notice.tasks().size());
        } catch (WorkflowServiceException away) {
            LOG.warn(
                    "could not tell {} of grants; it will be tried again: {}",
                    workflowId,
                    String.valueOf(away.getCause()));
            starts.notTold(notice);
        }
    }

    private static String type(RunKind kind) {
        return switch (kind) {
            case DAG -> DagRun.TYPE;
            case GROUP -> GroupRun.TYPE;
        };
    }

    private static String summary(RunStart start) {
        return switch (start.kind()) {
            case DAG -> start.name();
            case GROUP -> start.granted().size() + " tasks";
        };
    }
}
