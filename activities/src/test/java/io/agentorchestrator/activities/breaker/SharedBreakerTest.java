package io.agentorchestrator.activities.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Closed;
import io.agentorchestrator.activities.breaker.BreakerState.Open;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SharedBreakerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final DispatchRef REF = new DispatchRef(new UUID(0, 1), 1);

    private final SharedBreaker breaker = new SharedBreaker();

    @Test
    void appliesWhatHappenedHereToWhatOthersStored() {
        fail(3);
        assertThat(breaker.next(Breaker.NONE, "w/1").state()).isEqualTo(new Closed(3));

        breaker.adopt(new Breaker(new Closed(2), "other/1"));

        assertThat(breaker.view()).isEqualTo(new Open(5, NOW));
        assertThat(breaker.next(new Breaker(new Closed(1), "other/2"), "w/2"))
                .isEqualTo(new Breaker(new Closed(4), "w/2"));
    }

    @Test
    void countsNothingTwiceWhenTheAnswerToAWriteWasLost() {
        fail(3);
        Breaker lost = breaker.next(Breaker.NONE, "w/1");
        fail(1);

        breaker.adopt(lost);

        assertThat(breaker.view()).isEqualTo(new Closed(4));
        assertThat(breaker.next(lost, "w/2").state()).isEqualTo(new Closed(4));
    }

    @Test
    void aSuccessThatChangesNothingHereStillEndsWhatOthersCounted() {
        breaker.add(new BreakerEvent.Succeeded(REF, NOW));
        assertThat(breaker.next(Breaker.NONE, "w/1")).isEqualTo(Breaker.NONE);

        breaker.adopt(new Breaker(new Closed(4), "other/1"));

        assertThat(breaker.view()).isEqualTo(new Closed(0));
        assertThat(breaker.isPending()).isTrue();
    }

    @Test
    void whatChangesNothingOfTheStoredNeedNotGoThere() {
        breaker.add(new BreakerEvent.Succeeded(REF, NOW));

        breaker.adopt(Breaker.NONE);

        assertThat(breaker.isPending()).isFalse();
    }

    @Test
    void keepsOneOfManySuccessesAndABoundedNumberOfEvents() {
        for (int i = 0; i < 10 * SharedBreaker.MAX_PENDING; i++) {
            breaker.add(new BreakerEvent.Succeeded(REF, NOW));
        }
        assertThat(breaker.pendingEvents()).isEqualTo(1);

        for (int i = 0; i < 10 * SharedBreaker.MAX_PENDING; i++) {
            fail(1);
        }
        assertThat(breaker.pendingEvents()).isEqualTo(SharedBreaker.MAX_PENDING);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.add(new BreakerEvent.Failed(REF, NOW));
        }
    }
}
