package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.agent.BreakerRows;
import io.agentorchestrator.store.agent.StoredBreaker;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Circuit breakers in the registry of agents. Thread-safe. */
public final class RegistryBreakerStore implements BreakerStore {
    private final BreakerRows rows;

    public RegistryBreakerStore(BreakerRows rows) {
        this.rows = rows;
    }

    @Override
    public Map<String, Breaker> load(Collection<String> agentIds) {
        Map<String, Breaker> breakers = new HashMap<>();
        rows.load(agentIds).forEach((agentId, stored) -> breakers.put(agentId, breaker(stored)));
        return breakers;
    }

    @Override
    public Breaker change(String agentId, UnaryOperator<Breaker> change) {
        return rows.change(agentId, stored -> stored(change.apply(breaker(stored))))
                .map(RegistryBreakerStore::breaker)
                .orElse(Breaker.NONE);
    }

    private static Breaker breaker(StoredBreaker stored) {
        StoredBreaker.Trial trial = stored.trial();
        Instant openedAt = stored.openedAt() == null ? Instant.EPOCH : stored.openedAt();
        BreakerState state = switch (stored.phase()) {
            case CLOSED -> new BreakerState.Closed(stored.failures());
            case OPEN -> new BreakerState.Open(stored.failures(), openedAt);
            case HALF_OPEN ->
                new BreakerState.HalfOpen(
                        stored.failures(),
                        openedAt,
                        trial == null
                                ? null
                                : new BreakerState.Trial(
                                        new DispatchRef(trial.taskId(), trial.epoch()), trial.expiresAt()));
        };
        return new Breaker(state, stored.writer());
    }

    private static StoredBreaker stored(Breaker breaker) {
        BreakerState state = breaker.state();
        return new StoredBreaker(state.phase(), state.failures(), state.openedAt(), trial(state), breaker.writer());
    }

    private static StoredBreaker.@Nullable Trial trial(BreakerState state) {
        return state instanceof BreakerState.HalfOpen halfOpen && halfOpen.trial() != null
                ? new StoredBreaker.Trial(
                        halfOpen.trial().dispatch().taskId(),
                        halfOpen.trial().dispatch().epoch(),
                        halfOpen.trial().expiresAt())
                : null;
    }
}
