package io.agentorchestrator.api.waiting;

import org.jspecify.annotations.Nullable;

/** The reason for which a task waits. */
public record WaitingView(
        Reason reason, @Nullable Integer position, @Nullable String detail) {

    /** The kinds of waits. */
    public enum Reason {
        /** For tasks that it depends on. */
        DEPENDENCIES,
        /** For somebody to resume its DAG. */
        PAUSED,
        /** For the time of its next attempt. */
        RETRY_AT,
        /** For a budget, its own, its DAG's, its tenant's or the installation's. */
        BUDGET,
        /** For an agent that serves its type. */
        NO_AGENT,
        /** For an agent that workers can speak to. */
        AGENT_UNREACHABLE,
        /** For an agent that is trusted again. */
        BREAKER_OPEN,
        /** For a worker: none is alive. */
        NO_WORKER,
        /** For room under a limit. */
        LIMIT,
        /** For a free slot of an agent. */
        AGENTS_FULL,
        /** For its run to be started. */
        PENDING_START,
        /** For its turn: there is room for it. */
        QUEUED,
        /** For its agent to accept it. */
        DISPATCHED
    }

    static WaitingView of(Reason reason, String detail) {
        return new WaitingView(reason, null, detail);
    }

    WaitingView at(@Nullable Integer place) {
        return new WaitingView(reason, place, detail);
    }
}
