package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.store.run.StoredCheckpoint;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.model.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Handles what agents say and do, and what their streams do. Confined to the {@link DispatchMachine}. */
final class AgentMessages {
    private static final long BLOCK_UNANSWERED_NANOS = Duration.ofSeconds(1).toNanos();
    /** Times {@link Limits#MAX_EPOCHS_PER_ATTEMPT}: an attempt dispatched so often fails once it is given up again. */
    private static final int MAX_GIVEN_UP = 3;

    private final TaskLifecycle course;
    private final Placement placement;
    private final Preemption preemption;

    AgentMessages(TaskLifecycle course, Placement placement, Preemption preemption) {
        this.course = course;
        this.placement = placement;
        this.preemption = preemption;
    }

    void fleetChanged(DispatchMessage.FleetChanged fleet) {
        for (AgentQueue gone : course.queues.fleet(fleet.agents())) {
            placement.forgetTrial(gone.agentId);
            course.guard.each(gone.staged, task -> course.leaveQueueOf(gone, task));
            course.guard.each(gone.busy, course::detach);
        }
        for (AgentQueue agent : course.queues.all()) {
            course.guard.each(agent.staged, task -> {
                if (!agent.isPlaceOf(task)) {
                    course.leaveQueueOf(agent, task);
                }
            });
        }
    }

    void told(DispatchMessage.LoadTold told) {
        AgentQueue agent = course.queues.find(told.agentId());
        if (agent != null) {
            agent.told(told.load());
        }
    }

    void congested(DispatchMessage.Congested congested) {
        AgentQueue agent = course.queues.find(congested.agentId());
        if (agent != null) {
            agent.congested = congested.is();
        }
    }

    void connected(String agentId, boolean preempts) {
        AgentQueue agent = course.queues.find(agentId);
        if (agent == null) {
            return;
        }
        agent.connected = true;
        agent.preempts = preempts;
        agent.refused = false;
        agent.unblock();
        List<TrackedTask> toAskFor = new ArrayList<>();
        for (TrackedTask task : course.all()) {
            if (task.phase == DispatchPhase.DETACHED && agentId.equals(task.agentId)) {
                agent.busy.add(task); // also of an agent that had left the registry meanwhile
                if (!course.unread.contains(task.id())) { // else it may be another worker's by now
                    toAskFor.add(task);
                }
            }
        }
        askFor(toAskFor);
    }

    /** Asks agents that can be reached what has become of these, and tells them again what is to stop. */
    void askFor(List<TrackedTask> tasks) {
        Map<String, List<TrackedTask>> byAgent = new LinkedHashMap<>();
        for (TrackedTask task : tasks) {
            AgentQueue agent = course.queues.find(task.agentId);
            if (agent != null && agent.connected) {
                byAgent.computeIfAbsent(agent.agentId, id -> new ArrayList<>()).add(task);
            }
        }
        byAgent.forEach((agentId, of) -> {
            course.decide(new DispatchEffect.SendAttach(
                    agentId, of.stream().map(TrackedTask::ref).toList()));
            for (TrackedTask task : of) {
                if (task.cancelReason != null) {
                    course.decide(new DispatchEffect.SendCancel(agentId, task.ref(), task.cancelReason));
                } else if (task.preemptedFor != null) {
                    preemption.send(task, Objects.requireNonNull(course.queues.find(agentId)));
                }
            }
        });
    }

    void unreachable(DispatchMessage.Unreachable unreachable) {
        AgentQueue agent = course.queues.find(unreachable.agentId());
        if (agent != null) {
            agent.refused = unreachable.refused();
        }
    }

    void disconnected(DispatchMessage.Disconnected broken) {
        AgentQueue agent = course.queues.find(broken.agentId());
        if (agent == null) {
            return;
        }
        agent.disconnected();
        course.guard.each(agent.busy, task -> {
            task.lastEnd = broken.end();
            task.lastEndReason = broken.reason();
            course.detach(task);
        });
        course.guard.each(agent.staged, task -> course.leaveQueueOf(agent, task));
    }

    void heard(String agentId, AgentEvent event) {
        TrackedTask task = course.get(event.ref().taskId());
        if (task == null) {
            return;
        }
        if (task.epoch != event.ref().epoch() || !agentId.equals(task.agentId) || !task.phase.holdsSlot()) {
            late(task, agentId, event);
            return;
        }
        switch (event) {
            case AgentEvent.Accepted _ -> course.accepted(task);
            case AgentEvent.Progressed progressed -> {
                course.accepted(task);
                progressed(task, progressed);
            }
            case AgentEvent.CheckpointTaken checkpoint -> {
                course.accepted(task);
                checkpointed(task, checkpoint);
            }
            case AgentEvent.UsageReported reported -> {
                course.accepted(task);
                used(task, reported.usage());
            }
            case AgentEvent.Refused refused -> refused(task, agentId, refused.reason());
            case AgentEvent.Unknown _ -> unknown(task);
            case AgentEvent.Succeeded said -> {
                answered(task);
                course.conclude(task, course.outcomes.succeeded(task, said));
            }
            case AgentEvent.Failed said -> failed(task, agentId, said);
        }
    }

    private void checkpointed(TrackedTask task, AgentEvent.CheckpointTaken said) {
        task.checkpointAt = course.now();
        if (task.preemptedFor != null && said.data().length <= Limits.MAX_CHECKPOINT_BYTES) {
            task.lastCheckpoint = new StoredCheckpoint(said.sequence(), said.data());
        }
        course.decide(new DispatchEffect.SaveCheckpoint(task.facts, task.attempt, task.epoch, said));
    }

    private void progressed(TrackedTask task, AgentEvent.Progressed said) {
        if (!Double.isNaN(said.fraction())) {
            task.fraction = said.fraction();
            task.progressMessage = said.message().isEmpty() ? null : said.message();
            course.reports.add(task, course.now());
        }
    }

    /** Notes the usage of a task if it has changed: a task that has used nothing leaves no report. */
    private void used(TrackedTask task, Usage usage) {
        if (!usage.equals(task.usage)) {
            task.usage = usage;
            course.reports.add(task, course.now());
        }
    }

    void refused(TrackedTask task, String agentId, AgentEvent.Refusal reason) {
        AgentQueue agent = course.queues.find(agentId);
        boolean isFull = reason == AgentEvent.Refusal.FULL || reason == AgentEvent.Refusal.OTHER;
        if (agent != null && isFull) {
            agent.full(course.now() + ReadyQueues.BLOCK_NANOS);
        } else if (agent != null) {
            agent.block(course.now() + BLOCK_UNANSWERED_NANOS);
        }
        if (isFull
                && agent != null
                && !task.trial
                && task.phase == DispatchPhase.STARTING
                && task.cancelReason == null
                && !task.isRecalled) {
            course.decide(new DispatchEffect.NoteRerouted(task.facts, task.ref(), true));
            agent.busy.remove(task);
            course.move(
                    task, DispatchPhase.STAGED); // the agent has kept nothing of it: the same dispatch may come again
            agent.staged.add(task);
            task.stagedAt = course.now();
            task.startSentAt = TrackedTask.NEVER;
        } else {
            course.reroute(task, PlacementReason.MOVED_REFUSED);
        }
    }

    /** The agent has neither the task nor its outcome, and will refuse this dispatch if it comes yet. */
    void unknown(TrackedTask task) {
        if (task.accepted) {
            String message = "the agent no longer knows the task: it has restarted since";
            course.conclude(task, course.outcomes.failed(task, OutcomeMapping.AGENT_LOST, message, true, task.usage));
        } else {
            course.reroute(task, PlacementReason.MOVED_UNREACHABLE);
        }
    }

    void failed(TrackedTask task, String agentId, AgentEvent.Failed said) {
        boolean leaseExpired = said.code().equals(OutcomeMapping.LEASE_EXPIRED);
        // What another worker had stopped was not cancelled for good: else its row would say so.
        boolean agentStops = said.code().equals(OutcomeMapping.PREEMPTED)
                || (said.code().equals(OutcomeMapping.CANCELLED) && (said.retryable() || task.isAdopted));
        boolean hasMadeWay = Preemption.hasMadeWay(task, said.code());
        if (hasMadeWay || (task.cancelReason == null && (leaseExpired || agentStops))) {
            // Acknowledged once the task is committed to another dispatch, or back in the backlog: if this worker dies
            // before, the next one must hear of it.
            task.givenUp = new DispatchEffect.SendAcknowledge(agentId, List.of(task.ref()));
            if (said.usage() != null) {
                used(task, said.usage());
            }
            if (hasMadeWay) {
                course.returnToBacklog(task);
            } else {
                moveElsewhere(task, said.message(), PlacementReason.MOVED_STOPPED);
            }
        } else if (isStopped(task, said.code())) {
            if (said.usage() != null) {
                used(task, said.usage());
            }
            if (task.asksBudgetAgain()) {
                task.givenUp = new DispatchEffect.SendAcknowledge(agentId, List.of(task.ref()));
            }
            answered(task);
            course.stopped(task);
        } else {
            answered(task);
            course.conclude(task, course.outcomes.failed(task, said));
        }
    }

    /** Tells whether a failure of this code is the agent's answer to Cancel, where that, or what another task made of it, is not the end. */
    private static boolean isStopped(TrackedTask task, String code) {
        return code.equals(OutcomeMapping.PREEMPTED)
                || (task.overBudget != null && code.equals(OutcomeMapping.CANCELLED));
    }

    /** An agent that ends a task without a word before has had it since Start. */
    private void answered(TrackedTask task) {
        task.isTold = true;
        AgentQueue agent = course.queues.find(task.agentId);
        if (agent != null) {
            agent.ended();
        }
        if (task.acceptedAt == TrackedTask.NEVER) {
            task.acceptedAt = task.startSentAt;
        }
    }

    /**
     * The agent had the task, and gave it up by no fault of the task's: a further dispatch of the same attempt, from the last checkpoint.
     * After {@link #MAX_GIVEN_UP} times {@link Limits#MAX_EPOCHS_PER_ATTEMPT} dispatches the attempt fails instead.
     */
    void moveElsewhere(TrackedTask task, String why, PlacementReason reason) {
        if (task.attemptEpochs >= MAX_GIVEN_UP * Limits.MAX_EPOCHS_PER_ATTEMPT) {
            course.conclude(task, course.outcomes.failed(task, OutcomeMapping.AGENT_STOPPED, why, true, task.usage));
        } else {
            course.reroute(task, reason);
        }
    }

    void late(TrackedTask task, String agentId, AgentEvent event) {
        if (event.ref().epoch() < 1 || event.ref().epoch() > task.epoch) {
            return; // of a dispatch that was never made
        }
        boolean ended = event instanceof AgentEvent.Succeeded || event instanceof AgentEvent.Failed;
        if (event instanceof AgentEvent.UsageReported reported && event.ref().epoch() < task.epoch) {
            course.reports.saveLate(task, event.ref().epoch(), agentId, reported.usage());
        }
        if (!ended) {
            return;
        }
        course.decide(new DispatchEffect.NoteLate(task.facts));
        if (event.ref().epoch() < task.epoch) {
            AttemptOutcome outcome = event instanceof AgentEvent.Succeeded said
                    ? course.outcomes.succeeded(task, said)
                    : course.outcomes.failed(task, (AgentEvent.Failed) event);
            course.decide(new DispatchEffect.BookLate(
                    task.run, outcome.ofDispatch(event.ref().epoch(), agentId)));
            course.decide(new DispatchEffect.SendAcknowledge(agentId, List.of(event.ref())));
        }
    }
}
