package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The course of every task that this worker has: owns tasks, their phases and what is decided of them. Whoever hears a message says what has
 * happened to a task; only here does it change. Confined to the {@link DispatchMachine}.
 */
final class TaskLifecycle {
    final ReadyQueues queues = new ReadyQueues();
    final OutcomeMapping outcomes;
    /** Tasks whose rows are to be read before anything is sent: the process stood still. */
    final Set<UUID> unread = new HashSet<>();

    private final String workerId;
    private final DispatchMachine.Listener listener;
    final TaskGuard guard;
    final PendingReports reports = new PendingReports(this::decide);
    private final Map<UUID, TrackedTask> tasks = new LinkedHashMap<>();
    private List<DispatchEffect> effects = new ArrayList<>();
    private long now;
    private Instant wallNow = Instant.EPOCH;
    private long lastNumber;

    TaskLifecycle(String workerId, OutcomeMapping outcomes, DispatchMachine.Listener listener) {
        this.workerId = workerId;
        this.outcomes = outcomes;
        this.listener = listener;
        this.guard = new TaskGuard(this, listener);
    }

    void at(long nowNanos, Instant wall) {
        now = nowNanos;
        wallNow = wall;
    }

    long now() {
        return now;
    }

    Instant wallNow() {
        return wallNow;
    }

    String workerId() {
        return workerId;
    }

    void decide(DispatchEffect effect) {
        effects.add(effect);
    }

    /** Takes the effects that were decided since the last call. */
    List<DispatchEffect> takeDecided() {
        List<DispatchEffect> decided = effects;
        effects = new ArrayList<>();
        return decided;
    }

    List<TrackedTask> all() {
        return List.copyOf(tasks.values());
    }

    Set<UUID> ids() {
        return Set.copyOf(tasks.keySet());
    }

    @Nullable TrackedTask get(UUID taskId) {
        return tasks.get(taskId);
    }

    TrackedTask track(@Nullable OpenBatch batch, RunKey run, RunFacts ofRun, BatchTask row, DispatchPhase phase) {
        TrackedTask task = new TrackedTask(run, ofRun, row, phase, ++lastNumber, deadlineAt(row.deadline()), now);
        tasks.put(task.id(), task);
        if (batch != null) {
            task.batch = batch;
            batch.add(task);
        }
        return task;
    }

    void join(@Nullable OpenBatch batch, TrackedTask task) {
        if (batch == null || task.batch == batch) {
            return;
        }
        if (task.batch != null) {
            task.batch.leave(task.index(), now);
        }
        task.batch = batch;
        batch.add(task);
    }

    void prepare(TrackedTask task, boolean fresh) {
        decide(new DispatchEffect.Prepare(
                task.batch == null ? null : task.batch.id, task.run, task.ofRun, task.facts, task.epoch, fresh));
    }

    void await(TrackedTask task) {
        if (task.phase == DispatchPhase.STAGED) {
            unstage(task);
        }
        move(task, DispatchPhase.WAITING);
        task.waitsSince = now;
        if (task.cancelReason != null && task.committed) {
            record(task, outcomes.cancelled(task, task.cancelReason));
            return;
        }
        queues.addWaiting(task);
    }

    /** Has the store commit it to the agent, for the reason that stands in it. */
    void commit(TrackedTask task, @Nullable AgentQueue agent) {
        if (task.phase == DispatchPhase.WAITING) {
            queues.removeWaiting(task);
            task.readyAt += now - task.waitsSince;
        }
        move(task, DispatchPhase.DISPATCHING);
        task.agentId = agent == null ? null : agent.agentId;
        if (agent != null) {
            agent.committing++;
        }
        task.commitSince = now;
        task.isCommitRefused = false;
        task.isRecalled = false;
        decide(new DispatchEffect.Commit(task.run, task.id(), task.epoch, task.agentId, task.placed));
    }

    void begun(TrackedTask task, int attempt, int epoch, int attemptEpochs) {
        AgentQueue agent = endCommit(task);
        task.takeGivenUp().ifPresent(this::decide);
        task.dispatched(attempt, epoch, attemptEpochs, now);
        Resolution.Impossible impossible = task.impossible;
        if (impossible != null) {
            record(task, outcomes.failed(task, impossible.code(), impossible.message(), false, task.usage));
        } else if (task.cancelReason != null) {
            record(task, outcomes.cancelled(task, task.cancelReason));
        } else {
            move(task, DispatchPhase.STAGED);
            stage(task, agent);
            if (task.isRecalled) {
                returnToBacklog(task);
            }
        }
    }

    @Nullable AgentQueue endCommit(TrackedTask task) {
        AgentQueue agent = queues.find(task.agentId);
        if (task.commitSince != TrackedTask.NEVER && agent != null) {
            agent.committing = Math.max(0, agent.committing - 1); // it may have left the registry and come back
            queues.committed(now - task.commitSince);
        }
        task.commitSince = TrackedTask.NEVER;
        return agent;
    }

    private void stage(TrackedTask task, @Nullable AgentQueue agent) {
        if (agent != null && agent.isPlaceOf(task)) {
            agent.staged.add(task);
        } else {
            await(task); // what is not prepared is dispatched with its parent's record, and does not come this way
        }
    }

    void unstage(TrackedTask task) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null) {
            agent.staged.remove(task);
        }
        returnTrial(task);
    }

    /** The dispatch has ended without a word on its agent. */
    void returnTrial(TrackedTask task) {
        if (task.trial && task.agentId != null) {
            decide(new DispatchEffect.ReturnTrial(task.agentId, task.ref()));
        }
        task.trial = false;
    }

    /** Seeks another agent for a task that was not sent. */
    void leaveQueueOf(AgentQueue agent, TrackedTask task) {
        agent.staged.remove(task);
        task.movedBy = agent.connected ? PlacementReason.MOVED_UNAVAILABLE : PlacementReason.MOVED_UNREACHABLE;
        if (task.isPrepared()) {
            await(task);
        } else {
            move(task, DispatchPhase.WAITING);
            returnToBacklog(task);
        }
    }

    void detach(TrackedTask task) {
        if (task.phase != DispatchPhase.DETACHED) {
            move(task, DispatchPhase.DETACHED);
            task.detachedAt = now;
        }
    }

    void accepted(TrackedTask task) {
        if (task.phase != DispatchPhase.RUNNING) {
            move(task, DispatchPhase.RUNNING);
        }
        task.detachedAt = TrackedTask.NEVER;
        if (!task.accepted) {
            task.accepted = true;
            task.idleMoves = 0;
            task.attemptHeld = true;
            task.acceptedAt = now;
            decide(new DispatchEffect.NoteAccepted(task.facts, Duration.ofNanos(Math.max(0, now - task.readyAt))));
        }
        task.payload = null; // another dispatch makes it anew
    }

    /** Seeks an agent anew, at no attempt, in a new epoch. What a limit counts, and the agent may have begun, waits for its turn again. */
    void reroute(TrackedTask task, PlacementReason why) {
        decide(new DispatchEffect.NoteRerouted(task.facts, task.ref(), why == PlacementReason.MOVED_REFUSED));
        reports.save(task);
        task.movedBy = why;
        freeSlot(task);
        returnTrial(task);
        task.rerouted(now);
        boolean isBegunUnderLimit = task.facts.isLimited() && why != PlacementReason.MOVED_REFUSED;
        if (task.cancelReason != null) {
            record(task, outcomes.cancelled(task, task.cancelReason));
        } else if (isBegunUnderLimit || (!task.accepted && task.attemptEpochs >= Limits.MAX_EPOCHS_PER_ATTEMPT)) {
            task.attemptHeld |= isBegunUnderLimit;
            move(task, task.phase == DispatchPhase.STARTING ? DispatchPhase.WAITING : DispatchPhase.PREPARING);
            returnToBacklog(task);
        } else if (task.isPrepared() && task.phase == DispatchPhase.STARTING) {
            await(task);
        } else {
            task.payload = null;
            move(task, DispatchPhase.PREPARING);
            prepare(task, false);
        }
    }

    void conclude(TrackedTask task, AttemptOutcome outcome) {
        AgentQueue agent = queues.find(task.agentId);
        boolean completed = outcome.outcome() == AttemptEnd.Outcome.COMPLETED;
        if (agent != null && completed && task.acceptedAt != TrackedTask.NEVER) {
            queues.completed(agent, task, task.ranNanos(now));
        }
        record(task, outcome);
    }

    /** The agent was told to stop, and has, or will say no more. Where a budget is to decide once more, the task goes back to the backlog. */
    void stopped(TrackedTask task) {
        if (task.asksBudgetAgain()) {
            returnToBacklog(task);
        } else {
            conclude(task, outcomes.cancelled(task, String.valueOf(task.cancelReason)));
        }
    }

    void record(TrackedTask task, AttemptOutcome outcome) {
        leaveQueue(task);
        boolean again = task.phase == DispatchPhase.RECORDING;
        Map<Integer, String> heldAgents = again || task.batch == null
                ? Map.of()
                : queues.agentsForHeld(task.batch, task, held -> now < deadlineAt(held.deadline()), now);
        freeSlot(task);
        if (!again) {
            move(task, DispatchPhase.RECORDING);
            task.outcomeAt = now;
            task.recordedBy = task.batch;
            if (task.batch != null) {
                task.batch.recording(1);
            }
        }
        task.payload = null;
        task.isRecordAwaited = true;
        OpenBatch teller = task.recordedBy;
        decide(new DispatchEffect.RecordOutcome(
                teller == null ? null : teller.id,
                task.run,
                task.ofRun,
                outcome.by(workerId, task.isTold, task.ran()),
                heldAgents));
    }

    void returnToBacklog(TrackedTask task) {
        leaveQueue(task);
        if (task.phase == DispatchPhase.RUNNING || task.phase == DispatchPhase.DETACHED) {
            leaveAgent(task);
        }
        move(task, DispatchPhase.RETURNING);
        decide(task.takeBack());
    }

    void inspect(List<UUID> ids) {
        Map<RunKey, Map<UUID, Integer>> byRun = new LinkedHashMap<>();
        for (UUID id : ids) {
            TrackedTask task = tasks.get(id);
            if (task != null) {
                task.inspectedAt = now;
                byRun.computeIfAbsent(task.run, run -> new HashMap<>()).put(id, task.index());
            }
        }
        byRun.forEach((run, indexes) -> decide(new DispatchEffect.Inspect(run, indexes)));
    }

    /** Has nothing more to do with a task that goes on elsewhere. */
    void forget(TrackedTask task) {
        OpenBatch batch = task.batch;
        endWatch(task);
        if (batch != null) {
            batch.leave(task.index(), now);
        }
    }

    void endWatch(TrackedTask task) {
        leaveQueue(task);
        if (task.phase == DispatchPhase.DISPATCHING) {
            AgentQueue _ = endCommit(task);
        }
        leaveAgent(task);
        task.endRecording();
        finish(task);
    }

    private void leaveQueue(TrackedTask task) {
        if (task.phase == DispatchPhase.WAITING) {
            queues.removeWaiting(task);
        } else if (task.phase == DispatchPhase.STAGED) {
            unstage(task);
        }
    }

    private void leaveAgent(TrackedTask task) {
        reports.save(task);
        freeSlot(task);
        returnTrial(task);
        decide(new DispatchEffect.NoteForgotten(task.ref()));
    }

    void finish(TrackedTask task) {
        move(task, DispatchPhase.DONE);
        tasks.remove(task.id(), task);
    }

    /** Takes it out, in whatever phase it is. */
    void remove(TrackedTask task) {
        task.phase = DispatchPhase.DONE;
        tasks.remove(task.id(), task);
    }

    void freeSlot(TrackedTask task) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null && agent.busy.remove(task)) {
            decide(new DispatchEffect.NoteSlotFreed(task.type(), task.tenant(), task.facts.selectorKey()));
        }
    }

    void move(TrackedTask task, DispatchPhase next) {
        if (!task.phase.next().contains(next)) {
            throw new IllegalStateException("task " + task.id() + " cannot go from " + task.phase + " to " + next);
        }
        listener.moved(task.phase, next);
        task.phase = next;
    }

    /** Converts a deadline to the machine's clock once: later steps of the time of day change nothing. */
    long deadlineAt(@Nullable Instant deadline) {
        return deadline == null ? TrackedTask.NEVER : TrackedTask.after(now, Duration.between(wallNow, deadline));
    }

    void sendCancel(TrackedTask task, String reason) {
        AgentQueue agent = queues.find(task.agentId);
        if (agent != null && agent.connected) {
            decide(new DispatchEffect.SendCancel(agent.agentId, task.ref(), reason));
        }
    }

    void cancelAtAgent(TrackedTask task, String reason) {
        if (task.cancelReason == null) {
            task.cancelReason = reason;
            task.cancelSentAt = now;
            sendCancel(task, reason);
        }
    }
}
