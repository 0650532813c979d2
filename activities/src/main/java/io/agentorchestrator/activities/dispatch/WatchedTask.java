package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.DispatchListener;
import io.agentorchestrator.store.run.AttemptOutcome.Usage;
import io.agentorchestrator.store.run.BatchTask;
import io.opentelemetry.api.trace.Span;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task of a batch, as far as its session has brought it. Confined to the session's thread. */
final class WatchedTask {
    /** How far the dispatch is. */
    enum Phase {
        /** Out of the backlog, waits for an agent's slot. */
        WAITS_FOR_SLOT,
        /** Start was sent, and not yet answered. */
        OFFERED,
        /** At the agent. */
        ACTIVE,
        /** Perhaps at the agent, which cannot be reached. */
        DETACHED,
        /** The outcome is known to the session and being recorded. */
        REPORTED,
        /** Nothing more to do in this batch. */
        OVER
    }

    private final BatchTask task;
    Phase phase;
    private int attempt;
    private int epoch;
    /** Whether the agent is known to have taken the task: if it dies now, that costs an attempt. */
    boolean accepted;

    /** Whether the agent's circuit breaker has heard of the failure of this dispatch. */
    boolean counted;

    int dispatches;
    Usage usage = Usage.NONE;
    byte @Nullable [] payload;
    SlotLines.@Nullable Ticket ticket;
    AgentSlots.@Nullable Slot slot;

    @Nullable DispatchListener listener;
    /** Of the dispatch that this session began. */
    @Nullable Span span;

    /** Since when this session seeks an agent for it. */
    @Nullable Instant waitsSince;

    private @Nullable String agentId;
    /** When the agent began, for the timeout of the attempt. */
    @Nullable Instant startedAt;
    /** Since when the agent cannot be reached. */
    @Nullable Instant detachedAt;
    /** How the stream to the agent ended last. */
    AgentEvent.@Nullable Disconnected lastEnd;

    WatchedTask(BatchTask task, Phase phase) {
        this.task = task;
        this.phase = phase;
        this.attempt = task.attempt();
        this.epoch = task.epoch();
        this.agentId = task.agentId();
        this.startedAt = task.startedAt();
    }

    void begun(int newAttempt, int newEpoch, @Nullable String newAgentId, Instant now) {
        attempt = newAttempt;
        epoch = newEpoch;
        agentId = newAgentId;
        startedAt = now;
        dispatches++;
        accepted = false;
        counted = false;
        lastEnd = null;
        usage = Usage.NONE;
    }

    boolean isPastDeadline(Instant now) {
        Instant deadline = task.deadline();
        return deadline != null && !now.isBefore(deadline);
    }

    BatchTask task() {
        return task;
    }

    UUID taskId() {
        return task.taskId();
    }

    /** What people call the task: its id, if it stands alone; a DAG's run knows the keys of its tasks itself. */
    @Nullable String name() {
        return name(task);
    }

    static @Nullable String name(BatchTask task) {
        return task.dagId() == null ? task.taskId().toString() : null;
    }

    int index() {
        return task.index();
    }

    int attempt() {
        return attempt;
    }

    int epoch() {
        return epoch;
    }

    DispatchRef ref() {
        return new DispatchRef(task.taskId(), epoch);
    }

    /** What the dispatch is called that would begin now. */
    DispatchRef nextRef() {
        return new DispatchRef(task.taskId(), epoch + 1);
    }

    Usage usage() {
        return usage;
    }

    @Nullable String agentId() {
        return agentId;
    }
}
