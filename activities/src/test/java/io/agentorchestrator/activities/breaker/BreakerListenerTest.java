package io.agentorchestrator.activities.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.testkit.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What whoever publishes breakers hears of them. */
class BreakerListenerTest {
    private static final String AGENT = "agent-1";
    private static final DispatchRef REF = new DispatchRef(new UUID(0, 1), 1);

    private final TestClock clock = TestClock.standing();
    private final List<Breaker> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Breakers worker = new Breakers(new InMemoryBreakerStore(), () -> Set.of(AGENT), this::changed, clock);

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void hearsOnceThatNothingIsStoredOfAnAgent() {
        worker.refresh().join();
        Awaitility.await().until(() -> told.size() == 1);
        worker.refresh().join();
        worker.failed(AGENT, REF);
        worker.refresh().join();

        Awaitility.await().until(() -> told.size() == 2);
        assertThat(told).extracting(Breaker::failures).containsExactly(0, 1);
        assertThat(told.getLast().version()).isGreaterThan(told.getFirst().version());
    }

    @Test
    void hearsOfEachChangeOfPhaseAndAgainOfWhatItCouldNotTake() {
        refusals.set(2);

        for (int i = 0; i < 5; i++) {
            worker.failed(AGENT, REF);
        }
        Awaitility.await().untilAsserted(() -> {
            worker.refresh().join();
            assertThat(told).last().extracting(Breaker::phase).isEqualTo(BreakerState.Phase.OPEN);
        });
        clock.advance(Duration.ofSeconds(60));
        worker.refresh().join();

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(told).last().extracting(Breaker::phase).isEqualTo(BreakerState.Phase.HALF_OPEN));
        assertThat(refusals.get()).isNegative();
    }

    private void changed(String agentId, Breaker breaker) {
        if (refusals.getAndDecrement() > 0) {
            throw new IllegalStateException("the registry is away");
        }
        told.add(breaker);
    }
}
