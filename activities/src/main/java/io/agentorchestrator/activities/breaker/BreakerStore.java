package io.agentorchestrator.activities.breaker;

import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Where workers share circuit breakers. Throws what the store throws; a change may or may not have been made then. Thread-safe. */
public interface BreakerStore {
    /** The breakers of those of these agents that are registered. */
    Map<String, Breaker> load(Collection<String> agentIds);

    /**
     * Changes a breaker in one step: nobody else's change comes between.
     *
     * @param change may be called more than once; what it returns as it was is not written
     * @return what is stored now; {@link Breaker#NONE} if there is no such agent
     */
    Breaker change(String agentId, UnaryOperator<Breaker> change);
}
