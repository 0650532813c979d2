package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.store.agent.BreakerPhase;

/**
 * An agent's circuit breaker as it is stored, or as one worker sees it.
 *
 * @param writer unique to the write that made it so, so that whoever got no answer to a write can tell whether it was done; empty: nobody
 *     has written
 */
public record Breaker(BreakerState state, String writer) {
    /** The breaker of an agent of which nothing is known. */
    public static final Breaker NONE = new Breaker(BreakerState.pristine(), "");

    public BreakerPhase phase() {
        return state.phase();
    }

    /** Consecutive failures. */
    public int failures() {
        return state.failures();
    }
}
