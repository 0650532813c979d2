package io.agentorchestrator.activities.breaker;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent's circuit breaker as it is stored, or as one worker sees it.
 *
 * @param version grows with every change, also over the loss of the store: it is never below the Unix time of the change in
 *     milliseconds; 0: nothing is stored
 * @param writer of this version: unique to one write, so that whoever got no answer to a write can tell whether it was done
 */
public record Breaker(BreakerState state, long version, String writer) {
    /** Of an agent of which nothing is stored. */
    public static final Breaker NONE = new Breaker(BreakerState.pristine(), 0, "");

    public BreakerState.Phase phase() {
        return state.phase();
    }

    /** Consecutive failures. */
    public int failures() {
        return state.failures();
    }

    /** When it opened last; null while closed. */
    public @Nullable Instant openedAt() {
        return state.openedAt();
    }
}
