package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.dispatch.PayloadResolver.Resolution;
import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.WatchedRow;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Handles what the store says of tasks: payloads, commits, records, and what others have done. Confined to the {@link DispatchMachine}. */
final class StoreAnswers {
    static final String CANCELLED_MEANWHILE = "the task was cancelled";
    /** A commit that was neither made nor refused for so long is asked for again. */
    private static final long COMMIT_LOST_NANOS = Duration.ofSeconds(30).toNanos();

    private final TaskLifecycle course;
    private final OpenBatches batches;
    private final AgentMessages agents;
    private final Commands commands;

    StoreAnswers(TaskLifecycle course, OpenBatches batches, AgentMessages agents, Commands commands) {
        this.course = course;
        this.batches = batches;
        this.agents = agents;
        this.commands = commands;
    }

    /** Tells whether rows are to be read before anything is sent. */
    boolean isReading() {
        return !course.unread.isEmpty();
    }

    /** Has everything read anew before anything is sent: the process stood still, and others may have gone on without it. */
    void readAnew() {
        course.unread.addAll(course.ids());
        course.all().forEach(task -> task.deadlineAt = course.deadlineAt(task.facts.deadline()));
        course.inspect(List.copyOf(course.unread));
    }

    private @Nullable TrackedTask find(UUID taskId, int epoch) {
        TrackedTask task = course.get(taskId);
        return task == null || task.epoch != epoch ? null : task;
    }

    /** The store would not take an outcome. */
    void refused(DispatchMessage.OutcomeRefused refused) {
        TrackedTask task = find(refused.taskId(), refused.epoch());
        if (task != null && task.phase == DispatchPhase.RECORDING) {
            course.record(task, course.outcomes.unstorable(task));
        }
    }

    void prepared(DispatchMessage.Prepared prepared) {
        TrackedTask task = find(prepared.taskId(), prepared.epoch());
        boolean awaited = task != null
                && (task.phase == DispatchPhase.PREPARING
                        || (task.phase == DispatchPhase.STAGED && !task.isPrepared()));
        if (task == null || !awaited) {
            return;
        }
        if (prepared.readAnew()
                && (prepared.facts().epoch() != task.epoch
                        || !isOut(prepared.facts().status()))) {
            course.inspect(List.of(task.id()));
            return;
        }
        boolean staged = task.phase == DispatchPhase.STAGED;
        if (prepared.readAnew()) {
            takeReadAnew(task, prepared.facts());
        }
        switch (prepared.payload()) {
            case Resolution.Payload payload -> {
                task.payload = payload.bytes();
                if (!staged) {
                    course.await(task);
                }
            }
            case Resolution.Impossible why -> {
                task.impossible = why;
                if (task.committed) {
                    course.record(task, course.outcomes.failed(task, why.code(), why.message(), false, task.usage));
                } else {
                    task.placed = null;
                    course.commit(task, null);
                }
            }
        }
    }

    /** Priority and deadline may have been changed before it was read or after: where they differ, its row is looked at again. */
    private void takeReadAnew(TrackedTask task, BatchTask read) {
        boolean differs = !read.equals(read.changed(task.facts.priority(), task.facts.deadline()));
        take(task, read);
        if (differs) {
            course.inspect(List.of(task.id()));
        }
    }

    void dispatched(DispatchMessage.Dispatched dispatched) {
        Map<UUID, Dispatch.Begun> begun = new HashMap<>();
        dispatched.begun().forEach(one -> begun.put(one.taskId(), one));
        List<UUID> movedOn = new ArrayList<>();
        for (Dispatch asked : dispatched.asked()) {
            TrackedTask task = find(asked.taskId(), asked.expectedEpoch());
            if (task == null || task.phase != DispatchPhase.DISPATCHING) {
                continue;
            }
            Dispatch.Begun numbers = begun.get(asked.taskId());
            if (numbers == null) {
                task.isCommitRefused = true;
                movedOn.add(task.id());
            } else {
                course.guard.with(
                        task.id(),
                        () -> course.begun(task, numbers.attempt(), numbers.epoch(), numbers.attemptEpochs()));
            }
        }
        course.inspect(movedOn);
    }

    void recorded(DispatchMessage.OutcomesRecorded message) {
        Recorded recorded = message.recorded();
        OpenBatch batch = batches.find(message.batch());
        List<UUID> movedOn = new ArrayList<>();
        Map<String, List<DispatchRef>> toAcknowledge = new LinkedHashMap<>();
        for (AttemptOutcome outcome : message.outcomes()) {
            TrackedTask task = find(outcome.taskId(), outcome.epoch());
            if (task == null || task.phase != DispatchPhase.RECORDING) {
                continue;
            }
            boolean counts = recorded.accepted().contains(outcome.index());
            if (counts && outcome.agentId() != null) {
                toAcknowledge
                        .computeIfAbsent(outcome.agentId(), id -> new ArrayList<>())
                        .add(task.ref());
            }
            if (!counts) {
                movedOn.add(task.id());
            }
            course.guard.with(task.id(), () -> recorded(task, outcome, counts, message.batch()));
        }
        toAcknowledge.forEach((agentId, refs) -> course.decide(new DispatchEffect.SendAcknowledge(agentId, refs)));
        course.inspect(movedOn);
        if (batch == null) {
            adoptDispatched(message, recorded);
        } else {
            batches.startReady(batch, recorded);
            if (!movedOn.isEmpty()) {
                batches.inspectHeld(batch, batch.held()); // somebody else may have recorded what they wait for
            }
        }
    }

    private void recorded(TrackedTask task, AttemptOutcome outcome, boolean counts, @Nullable Long batch) {
        AgentQueue agent = course.queues.find(outcome.agentId());
        course.decide(new DispatchEffect.NoteOutcome(
                batch,
                task.run,
                task.facts,
                outcome,
                counts,
                agent == null ? null : agent.classKey(),
                task.ran(),
                Duration.ofNanos(course.now() - task.outcomeAt)));
        task.endRecording();
        if (counts) {
            if (task.batch != null) {
                task.batch.ended(end(task, outcome), course.now());
            }
            course.finish(task);
        }
    }

    static AttemptEnd end(TrackedTask task, AttemptOutcome outcome) {
        boolean failed = outcome.outcome() == AttemptEnd.Outcome.FAILED;
        String code = failed && outcome.errorCode() != null ? outcome.errorCode() : "";
        return new AttemptEnd(
                outcome.index(),
                outcome.attempt(),
                outcome.outcome(),
                code,
                failed && outcome.retryable(),
                failed ? task.name() : null);
    }

    /** The batch is over, so nobody holds the rows of what was dispatched for it. */
    void adoptDispatched(DispatchMessage.OutcomesRecorded message, Recorded recorded) {
        if (!recorded.dispatched().isEmpty()) {
            course.decide(new DispatchEffect.Adopt(
                    message.run(),
                    recorded.dispatched().stream()
                            .map(Recorded.Dispatched::index)
                            .toList()));
        }
    }

    /** Takes on what the store has this worker watch, and it does not know of. */
    void adoptUnknown(List<WatchedRow> rows) {
        Map<RunKey, List<Integer>> unknown = new LinkedHashMap<>();
        for (WatchedRow row : rows) {
            if (course.get(row.taskId()) == null) {
                unknown.computeIfAbsent(row.run(), run -> new ArrayList<>()).add(row.index());
            }
        }
        unknown.forEach((run, indexes) -> course.decide(new DispatchEffect.Adopt(run, indexes)));
    }

    void takenBack(DispatchMessage.TakenBack message) {
        List<UUID> movedOn = new ArrayList<>();
        message.asked().forEach((taskId, epoch) -> {
            TrackedTask task = find(taskId, epoch);
            if (task == null || task.phase != DispatchPhase.RETURNING) {
                return;
            }
            task.isReturnAwaited = false;
            if (!message.taken().contains(taskId)) {
                movedOn.add(taskId);
                return;
            }
            task.takeGivenUp().ifPresent(course::decide);
            if (task.batch != null) {
                task.batch.notStarted(task.index(), course.now());
            }
            if (task.preemptedFor != null) {
                course.decide(new DispatchEffect.NotePreempted(task.facts));
            }
            course.finish(task);
        });
        course.inspect(movedOn);
    }

    void takenOver(DispatchMessage.TakenOver message) {
        List<UUID> movedOn = new ArrayList<>();
        message.asked().forEach((taskId, epoch) -> {
            TrackedTask task = find(taskId, epoch);
            if (task == null || task.phase != DispatchPhase.TAKING_OVER) {
                return;
            }
            if (!message.taken().contains(taskId)) {
                movedOn.add(taskId);
                return;
            }
            course.guard.with(taskId, () -> batches.takenOver(task));
        });
        course.inspect(movedOn);
    }

    void inspected(DispatchMessage.Inspected message) {
        List<TrackedTask> toAskFor = new ArrayList<>();
        message.askedIndexes().forEach((taskId, index) -> {
            boolean wasUnread = course.unread.remove(taskId);
            TrackedTask task = course.get(taskId);
            if (task == null || !task.run.equals(message.run())) {
                return;
            }
            course.guard.with(taskId, () -> compare(task, message.states().get(index)));
            // An agent tells of a task whoever asked last: the one whose it is asks again where another may have asked.
            boolean isToAsk = wasUnread ? task.phase == DispatchPhase.DETACHED : task.isAdopted;
            if (isToAsk && task.phase.holdsSlot()) {
                toAskFor.add(task);
            }
        });
        course.unread.retainAll(course.ids());
        agents.askFor(toAskFor);
    }

    /** Takes over what the store says of a task that somebody else may have moved on. */
    void compare(TrackedTask task, @Nullable BatchState state) {
        OpenBatch batch = task.batch;
        if (task.isRecordAwaited || task.isReturnAwaited) {
            return; // the answer says more
        }
        if (state == null) {
            course.forget(task);
            return;
        }
        if (task.phase == DispatchPhase.RECORDING && task.agentId != null && !isSameDispatch(task, state)) {
            // Its outcome came too late for good. While the same dispatch is another worker's, the agent keeps it for
            // that one.
            course.decide(new DispatchEffect.SendAcknowledge(task.agentId, List.of(task.ref())));
        }
        switch (state.status()) {
            case COMPLETED, FAILED, CANCELLED, BACKOFF -> {
                stopAtAgent(task);
                course.endWatch(task);
                if (batch != null) {
                    batch.endedElsewhere(task.index(), task.name(), state, course.now());
                    batches.inspectHeld(batch, batch.held()); // whoever recorded it did not know who waits here
                }
            }
            case PENDING, WAITING, QUEUED -> {
                stopAtAgent(task);
                course.endWatch(task);
                if (batch != null) {
                    batch.notStarted(task.index(), course.now());
                }
            }
            case RELEASED, DISPATCHED, RUNNING -> compareOpen(task, state);
        }
    }

    static boolean isSameDispatch(TrackedTask task, BatchState state) {
        return state.epoch() == task.epoch
                && (state.status() == TaskStatus.DISPATCHED || state.status() == TaskStatus.RUNNING);
    }

    void compareOpen(TrackedTask task, BatchState state) {
        take(task, task.facts.changed(state.priority(), state.deadline()));
        boolean mine = course.workerId().equals(state.workerId());
        task.isRecalled = state.paused(); // should it be committed by now, or refused
        if (task.phase == DispatchPhase.DISPATCHING) {
            if (state.epoch() == task.epoch + 1 && mine && state.status() == TaskStatus.DISPATCHED) {
                course.begun(
                        task,
                        state.attempt(),
                        state.epoch(),
                        task.attemptEpochs + 1); // an earlier try had reached the store
            } else if (state.epoch() > task.epoch) {
                course.forget(task);
            } else if (isCancelled(state) && task.committed) {
                AgentQueue _ = course.endCommit(task);
                course.record(task, course.outcomes.cancelled(task, CANCELLED_MEANWHILE));
            } else if (state.paused() && task.isCommitRefused) {
                AgentQueue _ = course.endCommit(task);
                course.returnToBacklog(task);
            } else {
                commitAgain(task);
            }
            return;
        }
        boolean movedOn = state.epoch() > task.epoch || (task.committed && !mine);
        if (movedOn
                || task.phase == DispatchPhase.RECORDING
                || task.phase == DispatchPhase.RETURNING
                || task.phase == DispatchPhase.TAKING_OVER) {
            course.forget(task);
        } else if (isCancelled(state) && task.committed && task.cancelReason == null) {
            commands.cancel(task.id(), CANCELLED_MEANWHILE);
        } else if (state.paused() && !task.phase.isAtAgent()) {
            course.returnToBacklog(task);
        }
    }

    /** Takes over what is known of a task, such as a priority that somebody has changed; what waits takes its new place in line. */
    private void take(TrackedTask task, BatchTask facts) {
        if (facts.equals(task.facts)) {
            return;
        }
        AgentQueue agent = task.phase == DispatchPhase.STAGED ? course.queues.find(task.agentId) : null;
        boolean staged = agent != null && agent.staged.remove(task);
        if (task.phase == DispatchPhase.WAITING) {
            course.queues.removeWaiting(task);
        }
        task.facts = facts;
        task.deadlineAt = course.deadlineAt(facts.deadline());
        if (staged && agent != null) {
            agent.staged.add(task);
        }
        if (task.phase == DispatchPhase.WAITING) {
            course.queues.addWaiting(task);
        }
    }

    /** Asks once more for a commit that was asked for long ago, and of which nothing was heard. */
    private void commitAgain(TrackedTask task) {
        if (task.commitSince != TrackedTask.NEVER && course.now() - task.commitSince > COMMIT_LOST_NANOS) {
            task.isCommitRefused = false;
            course.decide(new DispatchEffect.Commit(task.run, task.id(), task.epoch, task.agentId, task.placed));
        }
    }

    /** Tells whether its row says that it was cancelled while at an agent: whoever was to hear of it may have missed it. */
    private static boolean isCancelled(BatchState state) {
        return state.errorCode() != null && state.status() != TaskStatus.RELEASED;
    }

    private void stopAtAgent(TrackedTask task) {
        if (task.phase.holdsSlot()) {
            course.sendCancel(task, "the task has ended or goes on elsewhere");
        }
    }

    private static boolean isOut(TaskStatus status) {
        return status == TaskStatus.RELEASED || status == TaskStatus.DISPATCHED || status == TaskStatus.RUNNING;
    }
}
