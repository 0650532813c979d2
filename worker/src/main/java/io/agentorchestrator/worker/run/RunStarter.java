package io.agentorchestrator.worker.run;

import io.agentorchestrator.store.release.ReleaseSignal;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.TaskPhase;
import io.agentorchestrator.workflows.run.DagRun;
import io.agentorchestrator.workflows.run.GroupRun;
import io.agentorchestrator.workflows.run.RunAttributes;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.run.RunQueues;
import io.agentorchestrator.workflows.run.RunSettings;
import io.agentorchestrator.workflows.run.RunSignals;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowOptions;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Temporal what the store has decided. What fails here is found by a sweep and tried again. Thread-safe. */
public final class RunStarter {
    private static final Logger LOG = LoggerFactory.getLogger(RunStarter.class);

    private final TemporalRuns temporal;
    private final RunStartStore starts;
    private final Function<RunKind, RunSettings> settings;
    private final BooleanSupplier attributesKnown;
    private final MissingRuns suspects;

    /**
     * @param settings of the runs to come; their status attribute is written only while {@code attributesKnown}
     * @param attributesKnown whether Temporal knows our search attributes
     */
    public RunStarter(
            TemporalRuns temporal,
            RunStartStore starts,
            Function<RunKind, RunSettings> settings,
            BooleanSupplier attributesKnown,
            MissingRuns suspects) {
        this.temporal = temporal;
        this.starts = starts;
        this.settings = settings;
        this.attributesKnown = attributesKnown;
        this.suspects = suspects;
    }

    /**
     * Starts the run's workflow; that it is there already is as good.
     *
     * @return whether it is there now
     */
    public boolean start(RunStart start) {
        boolean withAttributes = attributesKnown.getAsBoolean();
        DeliveryResult reply = start(start, withAttributes);
        if (withAttributes && reply instanceof DeliveryResult.Refused) {
            // Registered or not, a frontend may not know them yet; a run is not to wait for what only serves searching.
            reply = start(start, false);
        }
        return switch (reply) {
            case DeliveryResult.Done _ -> {
                starts.started(List.of(start.key()));
                yield true;
            }
            case DeliveryResult.Away _ -> false;
            case DeliveryResult.NotFound _ ->
                throw new IllegalStateException("a start needs nothing that could be missing");
            case DeliveryResult.Refused(String why) -> {
                LOG.error("Temporal refuses to start {}: {}", start.key().workflowId(start.kind()), why);
                yield false;
            }
        };
    }

    /** Tells the run of its releases. */
    public void notify(ReleaseSignal notice) {
        String workflowId = notice.key().workflowId(notice.kind());
        switch (temporal.signal(workflowId, RunSignals.RELEASE, notice.tasks())) {
            case DeliveryResult.Done _ -> {}
            case DeliveryResult.NotFound _ -> suspects.add(notice.key());
            case DeliveryResult.Away _ -> starts.notTold(notice);
            case DeliveryResult.Refused(String why) -> {
                LOG.error("Temporal refuses to tell {} of releases: {}", workflowId, why);
                starts.notTold(notice);
            }
        }
    }

    private DeliveryResult start(RunStart start, boolean withAttributes) {
        WorkflowOptions.Builder options = WorkflowOptions.newBuilder()
                .setWorkflowId(start.key().workflowId(start.kind()))
                .setTaskQueue(RunQueues.RUNS)
                .setDisableEagerExecution(
                        false) // its first workflow task comes back with the start where this worker has room
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                .setStaticSummary(summary(start));
        if (withAttributes) {
            String dagName = start.kind() == RunKind.DAG ? start.name() : null;
            options.setTypedSearchAttributes(RunAttributes.of(start.tenant(), dagName, RunStatus.RUNNING.name()));
        }
        RunSettings ofRun = settings.apply(start.kind()).withStatusAttribute(withAttributes);
        RunStart.Resumed resumed = start.resumed();
        RunInput input = new RunInput(
                start.kind(),
                start.key().runId(),
                start.key().runNumber(),
                start.tenant(),
                start.plannerVersion(),
                start.name(),
                start.released(),
                ofRun,
                resumed == null ? 0 : resumed.lastToggle(),
                start.taskKeys(),
                start.commands());
        return temporal.start(type(start.kind()), options.build(), input, start.plan(), snapshot(resumed));
    }

    /** The planner's state with which the run begins, where it takes tasks over; null where it does not. */
    private static byte @Nullable [] snapshot(RunStart.@Nullable Resumed resumed) {
        return resumed == null
                ? null
                : Planner.resumption(
                        resumed.statuses().stream().map(TaskPhase::taking).toList(),
                        resumed.attemptBases(),
                        resumed.paused());
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
            case GROUP -> PlanCodec.decode(start.plan()).size() + " tasks";
        };
    }
}
