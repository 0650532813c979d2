package io.agentorchestrator.store.agent;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent's circuit breaker as its row has it. Times are kept to the millisecond.
 *
 * @param failures consecutive ones
 * @param openedAt when it opened last; absent while it is closed
 * @param trial the dispatch on which it depends whether a half-open one closes; absent: none is under way
 * @param writer unique to the write that made it so; empty: nobody has written
 */
public record StoredBreaker(
        BreakerPhase phase,
        int failures,
        @Nullable Instant openedAt,
        @Nullable Trial trial,
        String writer) {

    /** A task's dispatch, and when it is taken for lost. */
    public record Trial(UUID taskId, int epoch, Instant expiresAt) {}
}
