package io.agentorchestrator.activities.breaker;

import java.util.Collection;
import java.util.Map;

/**
 * Where workers share circuit breakers. A {@link BreakerStoreAwayException} means that the store is away; after that, or whatever else it
 * throws, a write may or may not have been done. Calls return within a second. Thread-safe.
 */
public interface BreakerStore extends AutoCloseable {
    /** The breakers of these agents; those of which nothing is stored are missing. */
    Map<String, Breaker> load(Collection<String> agentIds);

    /**
     * Stores a breaker if what is stored has still the expected version, 0 for nothing.
     *
     * @return what is stored now: {@code next} itself, or what somebody else stored before
     */
    Breaker swap(String agentId, long expectedVersion, Breaker next);

    @Override
    void close();
}
