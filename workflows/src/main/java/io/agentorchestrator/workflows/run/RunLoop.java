package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.Jitter;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.planner.Event;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.PlannerCounts;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import io.agentorchestrator.workflows.planner.TaskPhase;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loop of every run, whatever it executes: what comes in becomes events, the planner folds them, and its decisions become
 * activities and timers, whose results are events again. Nothing else in it waits.
 *
 * <p>It is replayed from history, so it has no clock, random or thread but Temporal's, and a change of what it commands, or in
 * which order, must keep old histories replaying: put it behind {@link Workflow#getVersion}, and a change of what the planner
 * decides behind a higher {@link RunInput#CURRENT_PLANNER_VERSION}, which each run keeps from its start. The saved histories of
 * {@code DagRunReplayTest} and {@code GroupRunReplayTest} tell whether it does; add one for each such change.
 */
final class RunLoop {
    /** Time for which a run that is to continue as new waits for what is pending; the rest is repeated afterwards. */
    private static final Duration MAX_DRAIN = Duration.ofSeconds(10);

    /** The type of the failure by which the workflow of a failed DAG ends. */
    static final String FAILURE_TYPE = "TasksFailed";

    private final RunInput run;
    private final byte[] plan;
    private final RunInbox inbox;
    private final RunCalls calls;
    private final RunTimers timers;
    private final int taskCount;
    private final Planner planner;

    private @Nullable RunStatus finalStatus;
    private boolean finishRecorded;
    private boolean draining;
    private boolean drainingTookTooLong;
    private final RunDetails details;
    private String shownDetails = "";
    private String shownStatus;

    RunLoop(RunInput run, byte[] plan, byte @Nullable [] snapshot, RunInbox inbox) {
        this.run = run;
        this.plan = plan;
        this.inbox = inbox;
        this.calls = new RunCalls(run, inbox);
        this.timers = new RunTimers(inbox, calls);
        Plan decoded = PlanCodec.decode(plan);
        this.taskCount = decoded.size();
        this.planner = planner(run, decoded, snapshot);
        this.details = new RunDetails(run.taskKeys());
        this.shownStatus = statusAtStart();
        inbox.startAfter(run.lastToggle());
    }

    /** A run goes on after continue-as-new with the attributes it had. */
    private static String statusAtStart() {
        String status = Workflow.getTypedSearchAttributes().get(RunAttributes.STATUS);
        return Objects.requireNonNullElse(status, RunStatus.RUNNING.name());
    }

    private static Planner planner(RunInput run, Plan plan, byte @Nullable [] snapshot) {
        PlannerSettings settings = new PlannerSettings(
                run.plannerVersion(),
                run.settings().maxBatchSize(),
                run.settings().maxBatchesInFlight());
        Jitter jitter = Jitter.ofRun(run.runId());
        return snapshot == null
                ? new Planner(plan, settings, jitter)
                : Planner.restore(plan, settings, jitter, snapshot);
    }

    /**
     * Runs to the end. Cancelling the workflow in Temporal is taken as a command to cancel the run: agents are told, and what is
     * under way is waited for and recorded.
     */
    RunResult run() {
        Promise<String> cancelRequest = CancellationScope.current().getCancellationRequest();
        cancelRequest.thenApply(_ -> {
            inbox.add(
                    new Event.CancelRequested(List.of(), EndCodes.RUN_TERMINATED, "the run was cancelled in Temporal"));
            return null;
        });
        Workflow.newDetachedCancellationScope(this::loop).run();
        if (cancelRequest.isCompleted()) {
            throw new CanceledFailure("the run was cancelled in Temporal");
        }
        RunResult result = result();
        boolean fails = run.kind() == RunKind.DAG && run.settings().failsWorkflow();
        if (fails && result.status() == RunStatus.FAILED) {
            throw failure(result);
        }
        return result;
    }

    /** The failure that Temporal's pages show of a failed run. Nothing is wrong with the workflow, so the SDK need not log it. */
    private ApplicationFailure failure(RunResult result) {
        return ApplicationFailure.newBuilder()
                .setMessage(details.failed(planner.counts(), planner.tasksIn(TaskPhase.FAILED)))
                .setType(FAILURE_TYPE)
                .setDetails(result)
                .setNonRetryable(true)
                .setCategory(ApplicationErrorCategory.BENIGN)
                .build();
    }

    private void loop() {
        List<Event> first = new ArrayList<>();
        first.add(new Event.Begun());
        first.addAll(inbox.given(run.commands(), taskCount));
        first.add(new Event.Released(run.released()));
        fold(first);
        while (finalStatus == null) {
            Workflow.await(() -> !inbox.isEmpty() || drainingTookTooLong || inbox.whyUnknown() != null);
            failIfUnknown();
            fold(inbox.takeAll(taskCount));
            if (finalStatus == null) {
                continueAsNewWhenDue();
            }
        }
        Workflow.await(() -> finishRecorded);
    }

    /** A store that was set back, or lost its last moments, knows nothing of this run; its tasks are in the backlog, or never were. */
    private void failIfUnknown() {
        ApplicationFailure why = inbox.whyUnknown();
        if (why != null) {
            throw ApplicationFailure.newNonRetryableFailure(why.getOriginalMessage(), why.getType());
        }
    }

    private void fold(List<Event> events) {
        List<Decision> decisions = planner.on(events);
        carryOut(decisions);
        if (finalStatus == null) {
            showStatus(planner.isPaused() ? RunStatus.PAUSED : RunStatus.RUNNING);
        }
        details.note(events, decisions);
        showDetails();
    }

    private void carryOut(List<Decision> decisions) {
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.DispatchBatch batch -> calls.dispatch(batch, decisions.size() == 1);
                case Decision.Write write -> calls.write(write);
                case Decision.Backoff backoff -> timers.start(backoff);
                case Decision.CancelAtAgents cancel -> calls.cancelAtAgents(cancel);
                case Decision.Finish finish -> {
                    finalStatus = finish.status();
                    showStatus(finish.status());
                    calls.finish(finish.status(), () -> finishRecorded = true);
                }
            }
        }
    }

    private void continueAsNewWhenDue() {
        if (!draining && isHistoryLong()) {
            draining = true;
            planner.stopDispatching();
            Workflow.newTimer(MAX_DRAIN).thenApply(_ -> {
                drainingTookTooLong = true;
                return null;
            });
        }
        // Signals are handled before this code runs, and there is no wait since the inbox was emptied: none is lost.
        if (draining && (planner.isQuiet() || drainingTookTooLong)) {
            Workflow.continueAsNew(run.continued(inbox.lastToggle()), plan, planner.snapshot(timers::leftMillis));
        }
    }

    private boolean isHistoryLong() {
        WorkflowInfo info = Workflow.getInfo();
        int limit = run.settings().continueAfterEvents();
        return info.isContinueAsNewSuggested() || (limit > 0 && info.getHistoryLength() > limit);
    }

    /** For lists of runs; of groups there are too many for a further write each. */
    private void showStatus(RunStatus status) {
        boolean shows = run.kind() == RunKind.DAG && run.settings().statusAttribute();
        if (shows && !status.name().equals(shownStatus)) {
            shownStatus = status.name();
            Workflow.upsertTypedSearchAttributes(RunAttributes.STATUS.valueSet(shownStatus));
        }
    }

    private void showDetails() {
        String now = details.text(planner);
        if (!now.equals(shownDetails)) {
            shownDetails = now;
            Workflow.setCurrentDetails(now);
        }
    }

    private RunResult result() {
        PlannerCounts counts = planner.counts();
        RunStatus status = finalStatus == null ? RunStatus.RUNNING : finalStatus;
        return new RunResult(status, counts.completed(), counts.failed(), counts.cancelled());
    }
}
