package io.agentorchestrator.activities.breaker;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** For a worker that shares its breakers with nobody. Thread-safe. */
public final class InMemoryBreakerStore implements BreakerStore {
    private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();

    @Override
    public Map<String, Breaker> load(Collection<String> agentIds) {
        Map<String, Breaker> found = new HashMap<>(breakers);
        found.keySet().retainAll(agentIds);
        return found;
    }

    @Override
    public Breaker swap(String agentId, long expectedVersion, Breaker next) {
        breakers.putIfAbsent(agentId, Breaker.NONE);
        return Objects.requireNonNull(breakers.computeIfPresent(
                agentId, (id, stored) -> stored.version() == expectedVersion ? next : stored));
    }

    @Override
    public void close() {}
}
