package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.loop.Presence;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a store that is away only once in a while, so that nobody waits for its timeouts time and again. Thread-safe. */
final class GuardedBreakerStore implements BreakerStore {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedBreakerStore.class);
    private static final int FAILED_CALLS = 2;
    private static final Duration LEFT_ALONE = Duration.ofSeconds(1);

    private final BreakerStore store;
    private final Presence redis = new Presence(LOG, "Redis");
    private volatile String lastFailure = "";
    private final CircuitBreaker guard = CircuitBreaker.of(
            "breaker-store",
            CircuitBreakerConfig.custom()
                    .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                    .slidingWindowSize(FAILED_CALLS)
                    .minimumNumberOfCalls(FAILED_CALLS)
                    .failureRateThreshold(100)
                    .waitDurationInOpenState(LEFT_ALONE)
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .recordExceptions(BreakerStoreAwayException.class)
                    .writableStackTraceEnabled(false)
                    .build());

    GuardedBreakerStore(BreakerStore store) {
        this.store = store;
        guard.getEventPublisher().onStateTransition(event -> {
            switch (event.getStateTransition()) {
                case CLOSED_TO_OPEN ->
                    redis.away("circuit breakers are not shared, and this worker counts by itself,", lastFailure);
                case HALF_OPEN_TO_CLOSED -> redis.there();
                default -> {}
            }
        });
    }

    @Override
    public Map<String, Breaker> load(Collection<String> agentIds) {
        return guarded(() -> store.load(agentIds));
    }

    @Override
    public Breaker swap(String agentId, long expectedVersion, Breaker next) {
        return guarded(() -> store.swap(agentId, expectedVersion, next));
    }

    private <T> T guarded(Supplier<T> call) {
        try {
            return guard.executeSupplier(() -> noting(call));
        } catch (CallNotPermittedException leftAlone) {
            throw new BreakerStoreAwayException(leftAlone);
        }
    }

    private <T> T noting(Supplier<T> call) {
        try {
            return call.get();
        } catch (BreakerStoreAwayException failure) {
            lastFailure = String.valueOf(failure.getMessage());
            throw failure;
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
