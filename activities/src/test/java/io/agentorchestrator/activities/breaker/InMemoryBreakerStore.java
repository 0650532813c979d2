package io.agentorchestrator.activities.breaker;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Breakers that are nowhere else. Thread-safe. */
public final class InMemoryBreakerStore implements BreakerStore {
    private final Map<String, Breaker> breakers = new HashMap<>();

    @Override
    public synchronized Map<String, Breaker> load(Collection<String> agentIds) {
        Map<String, Breaker> found = new HashMap<>(breakers);
        found.keySet().retainAll(agentIds);
        return found;
    }

    @Override
    public synchronized Breaker change(String agentId, UnaryOperator<Breaker> change) {
        Breaker next = change.apply(breakers.getOrDefault(agentId, Breaker.NONE));
        breakers.put(agentId, next);
        return next;
    }
}
