package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.dispatch.WatchedTask.Phase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What becomes of a batch's tasks that take too long, or whose agents do not answer. Confined to the session's thread. */
final class BatchWatch {
    /** Added to a task's own timeout before we end the attempt that its agent should have ended. */
    private static final Duration TIMEOUT_GRACE = Duration.ofSeconds(5);
    /** A dispatch this young that its agent does not know may still be on its way, sent by another worker. */
    private static final Duration IN_TRANSIT = Duration.ofSeconds(5);

    private final DispatchContext context;
    private final Batch batch;
    private final BatchDispatch dispatch;
    private final BatchRecorder recorder;
    private final Instant begunAt;

    BatchWatch(DispatchContext context, Batch batch, BatchDispatch dispatch, BatchRecorder recorder, Instant begunAt) {
        this.context = context;
        this.batch = batch;
        this.dispatch = dispatch;
        this.recorder = recorder;
        this.begunAt = begunAt;
    }

    /** Looks after all that is open. */
    void look(Instant now) {
        List<WatchedTask> waitedTooLong = new ArrayList<>();
        for (WatchedTask task : batch.open().toList()) {
            switch (task.phase) {
                case DETACHED -> callOnDetached(task, now);
                case OFFERED, ACTIVE -> endOverdue(task, now);
                case WAITS_FOR_SLOT -> {
                    Instant since = task.waitsSince == null ? begunAt : task.waitsSince;
                    if (now.isAfter(since.plus(context.settings().maxWaitForSlot()))) {
                        waitedTooLong.add(task);
                    }
                }
                case REPORTED, OVER -> {}
            }
        }
        dispatch.backToBacklog(waitedTooLong);
    }

    /** Ends the attempts of tasks whose deadline has passed, and gives those back that no agent has, or that wait for others here. */
    void expire(Instant now) {
        List<WatchedTask> waiting = new ArrayList<>();
        for (WatchedTask task :
                batch.open().filter(open -> open.isPastDeadline(now)).toList()) {
            switch (task.phase) {
                case WAITS_FOR_SLOT -> waiting.add(task);
                case OFFERED, ACTIVE, DETACHED -> {
                    dispatch.cancelAtAgent(task, "the task's deadline has passed");
                    String message = "the deadline " + task.task().deadline() + " passed while the task was at agent "
                            + task.agentId();
                    recorder.report(
                            task,
                            context.outcomes().failed(task, EndCodes.DEADLINE_EXCEEDED, message, false, task.usage()));
                }
                case REPORTED, OVER -> {}
            }
        }
        dispatch.backToBacklog(waiting);
        batch.heldTooLong(now).forEach(index -> batch.giveUp(index, now));
    }

    /** When the next deadline passes; null if none will. */
    @Nullable Instant nextDeadline() {
        Stream<@Nullable Instant> open = batch.open()
                .filter(task -> task.phase != Phase.REPORTED)
                .map(task -> task.task().deadline());
        return Stream.concat(open, Stream.ofNullable(batch.firstDeadlineOfHeld()))
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
    }

    void disconnected(WatchedTask task, AgentEvent.Disconnected event) {
        if (task.phase == Phase.OFFERED && !task.accepted) {
            offerFailed(task, event.end());
        }
        task.phase = Phase.DETACHED;
        task.detachedAt = task.detachedAt == null ? context.now() : task.detachedAt;
        task.lastEnd = event;
    }

    /** The agent could not be reached for this very dispatch, whatever becomes of the task: once a dispatch. */
    private void offerFailed(WatchedTask task, AgentEvent.StreamEnd end) {
        String agentId = task.agentId();
        boolean trial = task.slot != null && task.slot.trial() != null;
        boolean counts = switch (end) {
            // Counted once a stream, however many dispatches wait on it; it does not name the trial.
            case UNREACHABLE, SILENT, PROTOCOL_BROKEN, MESSAGE_TOO_LARGE -> trial;
            case CLOSED_BY_US, ENDED_BY_AGENT -> false;
        };
        if (counts && agentId != null && !task.counted) {
            task.counted = true;
            context.breakers().failed(agentId, task.ref());
        }
    }

    /** Workers or Temporal were away: that is no attempt of the task's. It goes to an agent again, from its last checkpoint. */
    void leaseExpired(WatchedTask task) {
        FleetAgent agent = dispatch.agentOf(task);
        if (agent != null) {
            context.connections().acknowledge(agent, List.of(task.ref()));
        }
        dispatch.refused(task);
    }

    /** The agent does not have the task: never got it, lost it, or another worker's Start is still on its way. */
    void unknown(WatchedTask task) {
        Instant startedAt = task.startedAt;
        boolean young = startedAt != null && context.now().isBefore(startedAt.plus(IN_TRANSIT));
        if (!task.accepted) {
            dispatch.refused(task);
        } else if (task.dispatches == 0 && young) {
            task.phase = Phase.DETACHED;
        } else if (task.dispatches == 0 && neverArrived(task)) {
            dispatch.refused(task);
        } else {
            lost(task, OutcomeMapping.AGENT_LOST, "the agent no longer knows the task: it has restarted since");
        }
    }

    /**
     * Whether the Start that another worker was about to send was lost with that worker. An agent that has been there since
     * then keeps what it has had, and outcomes at least for a lease.
     */
    private boolean neverArrived(WatchedTask task) {
        FleetAgent agent = dispatch.agentOf(task);
        Instant startedAt = task.startedAt;
        return agent != null
                && startedAt != null
                && agent.registeredAt().isBefore(startedAt)
                && context.now().isBefore(startedAt.plus(context.lease()));
    }

    private void callOnDetached(WatchedTask task, Instant now) {
        Instant since = task.detachedAt == null ? begunAt : task.detachedAt;
        boolean gone = dispatch.agentOf(task) == null;
        if (gone && now.isAfter(since.plus(IN_TRANSIT))) {
            if (task.accepted) {
                lost(task, OutcomeMapping.AGENT_LOST, "the agent is gone: it stopped, or its heartbeats did");
            } else {
                dispatch.refused(task);
            }
        } else if (now.isAfter(since.plus(context.lease()))) {
            outOfReach(task);
        } else {
            dispatch.attach(task);
        }
    }

    private void outOfReach(WatchedTask task) {
        AgentEvent.Disconnected last = task.lastEnd;
        String why = "the agent could not be reached for longer than its lease";
        if (last == null) {
            lost(task, OutcomeMapping.AGENT_LOST, why);
            return;
        }
        String code = switch (last.end()) {
            case PROTOCOL_BROKEN -> OutcomeMapping.PROTOCOL_BROKEN;
            case MESSAGE_TOO_LARGE -> OutcomeMapping.MESSAGE_TOO_LARGE;
            case CLOSED_BY_US, ENDED_BY_AGENT, UNREACHABLE, SILENT -> OutcomeMapping.AGENT_LOST;
        };
        lost(task, code, why + "; last: " + last.reason());
    }

    private void lost(WatchedTask task, String code, String why) {
        recorder.report(task, context.outcomes().failed(task, code, why, true, task.usage()));
    }

    private void endOverdue(WatchedTask task, Instant now) {
        Instant startedAt = task.startedAt;
        Duration allowed = task.task().timeout().plus(TIMEOUT_GRACE);
        if (startedAt == null || now.isBefore(startedAt.plus(allowed))) {
            return;
        }
        dispatch.cancelAtAgent(task, "the attempt took longer than its timeout");
        String message = "the attempt took longer than " + task.task().timeout() + ", and its agent did not end it";
        recorder.report(task, context.outcomes().failed(task, OutcomeMapping.TIMEOUT, message, true, task.usage()));
    }
}
