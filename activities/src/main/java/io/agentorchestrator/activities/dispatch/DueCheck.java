package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says what is due for a task by the clock. Changes nothing. */
final class DueCheck {
    /** Time from Start to the agent's answer, where another agent has a slot free. */
    static final Duration START_BOUND = Duration.ofSeconds(5);
    /** The same, where none has: the agent may have the task, and be slow. */
    static final Duration LONE_START_BOUND = AgentConnections.LEASE;
    /** Added to a task's own timeout before we end the attempt that its agent should have ended. */
    static final Duration TIMEOUT_GRACE = Duration.ofSeconds(5);
    /** Time from Cancel to the attempt's end, whatever the agent says. */
    static final Duration CANCEL_BOUND = Duration.ofSeconds(10);
    /** Time after which the tasks of an agent that is no longer registered are not waited for. */
    static final Duration GONE_BOUND = Duration.ofSeconds(5);
    /** Time that a task runs before the store is told; the outcome of a shorter one says it, too. */
    static final Duration TELL_ACCEPTED_AFTER = Duration.ofMillis(100);

    private final long maxWaitNanos;

    DueCheck(DispatchSettings settings) {
        this.maxWaitNanos = settings.maxWaitForSlot().toNanos();
    }

    /** The step that is due for a task. */
    enum Due {
        NOTHING,
        /** The deadline has passed. */
        DEADLINE,
        /** It found no agent in time. */
        BACKLOG,
        /** Start was not answered in time: the task goes to an agent that has a slot free, if there is one. */
        UNANSWERED,
        /** Start was not answered for so long that the task goes elsewhere in any case. */
        NEVER_ANSWERED,
        /** The store is to be told that the agent has it. */
        TELL_ACCEPTED,
        TIMEOUT,
        /** It was to make way for another task, and its agent has not stopped it within the grace. */
        PREEMPT_OVERDUE,
        /** It was to be cancelled, and its agent has not said that it is. */
        CANCELLED,
        /** Its agent left in order, and never said how it ended. */
        AGENT_LEFT,
        /** Its agent is lost. */
        LOST,
        /** Its lease is over, and its agent is well: only this worker cannot reach it. */
        OUT_OF_REACH
    }

    /** @param agent null where it is not registered any more */
    Due of(TrackedTask task, @Nullable AgentQueue agent, long now) {
        if (now >= task.deadlineAt) {
            return switch (task.phase) {
                case PREPARING, WAITING, STAGED, STARTING, RUNNING, DETACHED -> Due.DEADLINE;
                case DISPATCHING, TAKING_OVER, RECORDING, RETURNING, DONE -> Due.NOTHING;
            };
        }
        return switch (task.phase) {
            case WAITING -> !task.claimingTrial && now - task.waitsSince > maxWaitNanos ? Due.BACKLOG : Due.NOTHING;
            case STARTING ->
                isPast(task.cancelSentAt, CANCEL_BOUND, now) ? Due.CANCELLED : unanswered(task.startSentAt, now);
            case RUNNING -> running(task, now);
            case DETACHED -> detached(task, agent, now);
            case PREPARING, DISPATCHING, STAGED, TAKING_OVER, RECORDING, RETURNING, DONE -> Due.NOTHING;
        };
    }

    private static Due running(TrackedTask task, long now) {
        if (isPast(task.cancelSentAt, CANCEL_BOUND, now)) {
            return Due.CANCELLED;
        }
        if (isPast(task.acceptedAt, task.facts.timeout().plus(TIMEOUT_GRACE), now)) {
            return Due.TIMEOUT;
        }
        if (!task.isPreemptCancelled && isPast(task.preemptSentAt, Preemption.OVERDUE, now)) {
            return Due.PREEMPT_OVERDUE;
        }
        return !task.acceptedTold && isPast(task.acceptedAt, TELL_ACCEPTED_AFTER, now)
                ? Due.TELL_ACCEPTED
                : Due.NOTHING;
    }

    private static Due detached(TrackedTask task, @Nullable AgentQueue agent, long now) {
        if (isPast(task.cancelSentAt, CANCEL_BOUND, now)) {
            return Due.CANCELLED;
        }
        // Whether Start was sent, only the worker knows that dispatched it: another waits for the agent's answer, or
        // the lease.
        if (!task.accepted && !task.isAdopted) {
            Due answer = unanswered(Math.min(task.startSentAt, task.detachedAt), now);
            boolean isGone = agent == null || isDead(task, agent, now);
            return isGone && answer == Due.UNANSWERED ? Due.NEVER_ANSWERED : answer;
        }
        if (isPast(task.acceptedAt, task.facts.timeout().plus(TIMEOUT_GRACE), now)) {
            return Due.TIMEOUT;
        }
        if (agent == null) {
            return isPast(task.detachedAt, GONE_BOUND, now) ? Due.AGENT_LEFT : Due.NOTHING;
        }
        if (!isDead(task, agent, now) && !isPast(task.detachedAt, AgentConnections.LEASE, now)) {
            return Due.NOTHING;
        }
        boolean isItsFault = agent.facts.isSilent()
                || task.lastEnd == StreamEnd.PROTOCOL_BROKEN
                || task.lastEnd == StreamEnd.MESSAGE_TOO_LARGE;
        return !task.accepted ? Due.NEVER_ANSWERED : isItsFault ? Due.LOST : Due.OUT_OF_REACH;
    }

    private static Due unanswered(long since, long now) {
        return isPast(since, LONE_START_BOUND, now)
                ? Due.NEVER_ANSWERED
                : isPast(since, START_BOUND, now) ? Due.UNANSWERED : Due.NOTHING;
    }

    /** Tells whether its agent's process is gone: refused connections, and heartbeats that stopped while others' arrive. */
    static boolean isDead(TrackedTask task, AgentQueue agent, long now) {
        return agent.facts.isSilent() && agent.refused && isPast(task.detachedAt, GONE_BOUND, now);
    }

    private static boolean isPast(long since, Duration bound, long now) {
        return since != TrackedTask.NEVER && now - since > bound.toNanos();
    }
}
