package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OverBudget;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.run.StoredCheckpoint;
import io.agentorchestrator.store.run.TaskCheckpoint;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Placed;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task that this worker dispatches or watches. Times are nanoseconds of the machine's clock, {@link #NEVER} where it has not happened.
 * Confined to the {@link DispatchMachine}, which alone changes its phase.
 */
final class TrackedTask {
    static final long NEVER = Long.MAX_VALUE;
    /** A deadline so far away counts as none. */
    static final Duration FAR_AWAY = Duration.ofDays(10_000);

    /** Best first: by priority, then first come, first served. */
    static final Comparator<TrackedTask> ORDER =
            Comparator.comparing((TrackedTask task) -> task.facts.priority()).thenComparingLong(task -> task.number);

    final RunKey run;
    final RunFacts ofRun;
    /** Sequence number, in the order of arrival at this worker. */
    final long number;
    /** The agents that it may go to. */
    final TaskSelector selector;
    /** Time at which its deadline passes. */
    long deadlineAt;

    BatchTask facts;
    DispatchPhase phase;
    /** The batch whose activity will tell the run of it; null: the store leaves a notice. */
    @Nullable OpenBatch batch;
    /** The batch at the time when its outcome was given to be recorded. */
    @Nullable OpenBatch recordedBy;

    boolean isRecordAwaited;
    /** Set once its agent has told how it ended. */
    boolean isTold;

    boolean isReturnAwaited;

    int attempt;
    int epoch;
    int attemptEpochs;

    @Nullable String agentId;

    /** Set while its row is committed to an agent: it must be recorded or taken back under its attempt and epoch. */
    boolean committed;
    /** Set once the agent of this epoch has said that it runs. */
    boolean accepted;
    /** Set once an agent has had this attempt: the attempt is not given back to the task. */
    boolean attemptHeld;
    /** Set if another worker dispatched it, and may have sent Start. */
    boolean isAdopted;
    /** Set once the store has been told that it runs. */
    boolean acceptedTold;
    /** Set if this dispatch is the one that a half-open circuit breaker allows. */
    boolean trial;
    /** Set while that trial is being asked for. */
    boolean claimingTrial;

    byte @Nullable [] payload;
    /** The reason why its payload cannot be made; null: it can. */
    PayloadResolver.Resolution.@Nullable Impossible impossible;

    Usage usage = Usage.NONE;
    /** Progress by its agent's word, 0 to 1; null: it has told none. */
    @Nullable Double fraction;

    @Nullable String progressMessage;
    /** Time at which the store is to be told what its agent has reported since it was told last. */
    long reportDueAt = NEVER;
    /** The reason why it goes to its agent. */
    @Nullable Placed placed;
    /** The reason why it left the agent before, if it did within this attempt. */
    @Nullable PlacementReason movedBy;
    /** Times that it has left a full agent's queue for a free slot since an agent accepted it last. */
    int idleMoves;

    @Nullable String cancelReason;
    /** The task for which this one is being stopped. */
    @Nullable UUID preemptedFor;
    /** Set once its agent was told by Cancel to stop it for another. */
    boolean isPreemptCancelled;
    /** The last checkpoint since it is being stopped: it is stored before the task goes back. */
    @Nullable StoredCheckpoint lastCheckpoint;
    /** The slot that another task gives up for this one. */
    Preemption.@Nullable Reservation reservation;
    /** The budget that its agent was told to stop for; null: none. */
    @Nullable OverBudget overBudget;

    /** Acknowledgement for the agent that gave the last dispatch up, sent once another is committed. */
    DispatchEffect.@Nullable SendAcknowledge givenUp;

    /** When it was released, or became ready for another try, less the time since then that it waited for a slot. */
    long readyAt;

    long waitsSince;
    /** Since when it could run, had it a slot. */
    long slotWantedSince;
    /** Since when the store is asked to commit the dispatch. */
    long commitSince = NEVER;
    /** Set once the store has answered that it did not. */
    boolean isCommitRefused;
    /** Set while its run is paused, as far as was read since. */
    boolean isRecalled;

    long stagedAt = NEVER;
    long startSentAt = NEVER;
    long acceptedAt = NEVER;
    long detachedAt = NEVER;
    long cancelSentAt = NEVER;
    long preemptSentAt = NEVER;
    long checkpointAt = NEVER;
    long outcomeAt = NEVER;
    long inspectedAt;

    @Nullable StreamEnd lastEnd;

    String lastEndReason = "";

    TrackedTask(
            RunKey run, RunFacts ofRun, BatchTask facts, DispatchPhase phase, long number, long deadlineAt, long now) {
        this.run = run;
        this.ofRun = ofRun;
        this.facts = facts;
        this.selector = TaskSelector.parse(facts.selector());
        this.phase = phase;
        this.number = number;
        this.deadlineAt = deadlineAt;
        this.attempt = facts.attempt();
        this.epoch = facts.epoch();
        this.attemptEpochs = facts.attemptEpochs();
        this.attemptHeld = facts.attemptEpochs() > (facts.status() == TaskStatus.RELEASED ? 0 : 1);
        this.agentId = facts.agentId();
        this.readyAt = now - facts.releasedFor().toNanos();
        this.waitsSince = now;
        this.slotWantedSince = now - facts.preemption().waitedFor().toNanos();
        Duration checkpointedFor = facts.preemption().checkpointedFor();
        this.checkpointAt = checkpointedFor == null ? NEVER : now - checkpointedFor.toNanos();
        this.inspectedAt = now;
    }

    UUID id() {
        return facts.taskId();
    }

    int index() {
        return facts.index();
    }

    String type() {
        return facts.taskType();
    }

    String tenant() {
        return facts.tenant();
    }

    DispatchRef ref() {
        return new DispatchRef(facts.taskId(), epoch);
    }

    /** Names the dispatch that would begin now. */
    DispatchRef nextRef() {
        return new DispatchRef(facts.taskId(), epoch + 1);
    }

    boolean isPrepared() {
        return payload != null;
    }

    /** Begins to seek another agent; the wait for a slot begins anew, if this one had it. */
    void rerouted(long now) {
        readyAt = now;
        slotWantedSince = accepted ? now : slotWantedSince;
    }

    /** Begins a dispatch under these numbers: nothing is known of what the agent does with it. */
    void dispatched(int newAttempt, int newEpoch, int newAttemptEpochs, long now) {
        attemptHeld &= attempt == newAttempt;
        attempt = newAttempt;
        epoch = newEpoch;
        attemptEpochs = newAttemptEpochs;
        committed = true;
        accepted = false;
        isAdopted = false;
        acceptedTold = false;
        stagedAt = now;
        startSentAt = NEVER;
        acceptedAt = NEVER;
        detachedAt = NEVER;
        preemptedFor = null;
        isPreemptCancelled = false;
        lastCheckpoint = null;
        preemptSentAt = NEVER;
        overBudget = null;
        usage = Usage.NONE;
        fraction = null;
        progressMessage = null;
        movedBy = null;
        isTold = false;
        lastEnd = null;
        lastEndReason = "";
    }

    /** Tells whether it runs, the store knows, and nobody wants it to stop. */
    boolean isSteady() {
        return phase == DispatchPhase.RUNNING && acceptedTold && cancelReason == null && preemptedFor == null;
    }

    /** Nanoseconds that the agent has had it, 0 if it never said so. */
    long ranNanos(long now) {
        return acceptedAt == NEVER ? 0 : Math.max(0, now - acceptedAt);
    }

    /** Nanoseconds of work that would be lost if it were stopped now: since its last checkpoint, or since it began. */
    long unsavedNanos(long now) {
        return checkpointAt == NEVER ? ranNanos(now) : Math.min(ranNanos(now), Math.max(0, now - checkpointAt));
    }

    /** Lets go of what its agent was to be sent, and says how the store is to put it back. */
    DispatchEffect.TakeBack takeBack() {
        isReturnAwaited = true;
        payload = null;
        StoredCheckpoint checkpoint = lastCheckpoint;
        return new DispatchEffect.TakeBack(
                run,
                id(),
                index(),
                epoch,
                attemptHeld,
                batch == null,
                preemptedFor,
                checkpoint == null ? null : new TaskCheckpoint(tenant(), id(), attempt, epoch, checkpoint));
    }

    /** The name that people call it by: its id, if it stands alone; a DAG's run knows the keys of its tasks itself. */
    @Nullable String name() {
        return name(facts);
    }

    static @Nullable String name(BatchTask task) {
        return task.dagId() == null ? task.taskId().toString() : null;
    }

    /** Time for which its agent had it until the outcome came; null if none had. */
    @Nullable Duration ran() {
        return acceptedAt == NEVER ? null : Duration.ofNanos(ranNanos(outcomeAt));
    }

    /** The answer is there to what was to be recorded, or nobody waits for it any more. */
    void endRecording() {
        if (isRecordAwaited && recordedBy != null) {
            recordedBy.recording(-1);
        }
        isRecordAwaited = false;
    }

    /** Tells whether it is to go back to the backlog once it has stopped: a budget decides once more. */
    boolean asksBudgetAgain() {
        return overBudget != null && !overBudget.fails();
    }

    /** The time of a machine's clock after a wait; {@link #NEVER} where that is too far away to be told. */
    static long after(long now, Duration wait) {
        return wait.compareTo(FAR_AWAY) > 0 ? NEVER : now + wait.toNanos();
    }

    /** Takes the acknowledgement that is due once the store has it that the task goes on without the agent that gave it up. */
    Optional<DispatchEffect> takeGivenUp() {
        Optional<DispatchEffect> taken = Optional.ofNullable(givenUp);
        givenUp = null;
        return taken;
    }
}
