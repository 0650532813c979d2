package io.agentorchestrator.api.waiting;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a task waits for. */
@Schema(name = "Waiting", description = "What the task waits for; absent while it runs and once it has ended.")
public record WaitingView(
        Reason reason,

        @Schema(description = "Its place in the queue of its type, from 1; absent beyond 1,000.") @Nullable Integer position,

        @Schema(description = "The same in words.") @Nullable String detail) {

    /** The kinds of waits. */
    public enum Reason {
        /** For tasks that it depends on. */
        DEPENDENCIES,
        /** For somebody to resume its DAG. */
        PAUSED,
        /** For the time of its next attempt. */
        RETRY_AT,
        /** For an agent that serves its type. */
        NO_AGENT,
        /** For an agent that workers can speak to. */
        AGENT_UNREACHABLE,
        /** For an agent that is trusted again. */
        BREAKER_OPEN,
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
