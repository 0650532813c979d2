package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.store.run.OverBudget;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Carries out what commands and the clock demand of tasks, wherever they are. Confined to the {@link DispatchMachine}. */
final class Commands {
    /** Rows of tasks that are held for long are looked at so often. */
    private static final long INSPECT_EVERY_NANOS = Duration.ofSeconds(60).toNanos();

    private static final long INSPECT_PREEMPTIBLE_NANOS = Duration.ofSeconds(10).toNanos();

    /** Ticks until one also looks at tasks that have nothing to expect but their end: there may be thousands, for hours. */
    private static final int TICKS_TO_LONG_ONE = 5;

    private static final long BLOCK_UNANSWERED_NANOS = Duration.ofSeconds(1).toNanos();

    private final TaskLifecycle course;
    private final OpenBatches batches;
    private final AgentMessages agents;
    private final DueCheck due;
    private final Preemption preemption;
    private int ticks;

    Commands(TaskLifecycle course, OpenBatches batches, AgentMessages agents, DueCheck due, Preemption preemption) {
        this.course = course;
        this.batches = batches;
        this.agents = agents;
        this.due = due;
        this.preemption = preemption;
    }

    void cancel(UUID taskId, String reason) {
        TrackedTask task = course.get(taskId);
        if (task == null) {
            return;
        }
        switch (task.phase) {
            case PREPARING, WAITING -> {
                task.cancelReason = reason;
                if (task.committed) {
                    course.record(task, course.outcomes.cancelled(task, reason));
                } else {
                    course.inspect(List.of(taskId)); // the store has cancelled it
                }
            }
            case STAGED -> course.record(task, course.outcomes.cancelled(task, reason));
            case DISPATCHING, TAKING_OVER -> task.cancelReason = reason;
            case STARTING, RUNNING, DETACHED -> {
                task.overBudget = null;
                course.cancelAtAgent(task, reason);
            }
            case RECORDING, RETURNING, DONE -> {}
        }
    }

    /** Stops an attempt that has used more than its budget suffices for. */
    void overBudget(OverBudget over) {
        TrackedTask task = course.get(over.taskId());
        boolean runs = task != null && (task.phase == DispatchPhase.RUNNING || task.phase == DispatchPhase.DETACHED);
        if (task != null && runs && task.epoch == over.epoch() && task.cancelReason == null) {
            task.overBudget = over;
            course.cancelAtAgent(task, over.why());
        }
    }

    void tick() {
        boolean isLongTick = ++ticks % TICKS_TO_LONG_ONE == 0;
        List<UUID> stale = new ArrayList<>();
        course.guard.each(course.all(), task -> {
            if (isLongTick || !task.isSteady()) {
                check(task, stale);
            }
        });
        course.inspect(stale);
        course.reports.saveDue(course.now());
        batches.all().forEach(batch -> batch.expireHeld(course.now()));
    }

    private void check(TrackedTask task, List<UUID> stale) {
        switch (due.of(task, course.queues.find(task.agentId), course.now())) {
            case NOTHING -> {
                if (course.now() - task.inspectedAt > inspectEvery(task)) {
                    stale.add(task.id());
                }
            }
            case DEADLINE -> deadlinePassed(task);
            case BACKLOG -> course.returnToBacklog(task);
            case UNANSWERED -> {
                if (course.queues.hasFreeSlotElsewhere(task, course.now())) {
                    unanswered(task);
                } else {
                    spare(task);
                }
            }
            case NEVER_ANSWERED -> unanswered(task);
            case TELL_ACCEPTED -> {
                task.acceptedTold = true;
                course.decide(new DispatchEffect.MarkAccepted(
                        task.id(), task.epoch, Duration.ofNanos(task.ranNanos(course.now()))));
            }
            case TIMEOUT -> {
                course.sendCancel(task, "the attempt took longer than its timeout");
                String message =
                        "the attempt took longer than " + task.facts.timeout() + ", and its agent did not end it";
                course.conclude(task, course.outcomes.failed(task, OutcomeMapping.TIMEOUT, message, true, task.usage));
            }
            case PREEMPT_OVERDUE -> preemption.cancel(task);
            case CANCELLED -> course.stopped(task);
            case AGENT_LEFT ->
                agents.moveElsewhere(
                        task, "the agent stopped and did not say how the task ended", PlacementReason.MOVED_STOPPED);
            case LOST -> lost(task);
            case OUT_OF_REACH ->
                agents.moveElsewhere(
                        task,
                        "this worker could not reach the agent for longer than its lease",
                        PlacementReason.MOVED_UNREACHABLE);
        }
    }

    /** A task that may be stopped for another may be another worker's since. */
    private static long inspectEvery(TrackedTask task) {
        return task.facts.preemption().preemptible() ? INSPECT_PREEMPTIBLE_NANOS : INSPECT_EVERY_NANOS;
    }

    void deadlinePassed(TrackedTask task) {
        if (!task.phase.holdsSlot()) {
            course.returnToBacklog(task);
            return;
        }
        course.sendCancel(task, "the task's deadline has passed");
        String message =
                "the deadline " + task.facts.deadline() + " passed while the task was at agent " + task.agentId;
        course.conclude(task, course.outcomes.failed(task, EndCodes.DEADLINE_EXCEEDED, message, false, task.usage));
    }

    void unanswered(TrackedTask task) {
        course.sendCancel(task, "the task went to another agent, since Start was not answered");
        spare(task);
        course.reroute(task, PlacementReason.MOVED_UNREACHABLE);
    }

    /** An agent that does not answer gets nothing more for a moment. */
    private void spare(TrackedTask task) {
        AgentQueue agent = course.queues.find(task.agentId);
        if (agent != null) {
            agent.block(course.now() + BLOCK_UNANSWERED_NANOS);
        }
    }

    void lost(TrackedTask task) {
        AgentQueue agent = course.queues.find(task.agentId);
        String why = agent != null && DueCheck.isDead(task, agent, course.now())
                ? "nobody listens at the agent's address, and nothing has been heard of it for %d s"
                        .formatted(FleetFacts.SILENT_AFTER.toSeconds())
                : "the agent could not be reached for longer than its lease";
        AgentEvent.StreamEnd last = task.lastEnd;
        String code = last == null
                ? OutcomeMapping.AGENT_LOST
                : switch (last) {
                    case PROTOCOL_BROKEN -> OutcomeMapping.PROTOCOL_BROKEN;
                    case MESSAGE_TOO_LARGE -> OutcomeMapping.MESSAGE_TOO_LARGE;
                    case CLOSED_BY_US, ENDED_BY_AGENT, UNREACHABLE, REFUSED, SILENT -> OutcomeMapping.AGENT_LOST;
                };
        String message = task.lastEndReason.isEmpty() ? why : why + "; last: " + task.lastEndReason;
        course.conclude(task, course.outcomes.failed(task, code, message, true, task.usage));
    }
}
