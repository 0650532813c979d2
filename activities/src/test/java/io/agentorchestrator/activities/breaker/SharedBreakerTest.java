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
        SharedBreaker.Attempt refused = breaker.attempt("w/1");
        assertThat(refused.next().state()).isEqualTo(new Closed(3));

        breaker.adopt(new Breaker(new Closed(2), 9, "other/1"));

        assertThat(breaker.view().state()).isEqualTo(new Open(5, NOW));
        assertThat(breaker.attempt("w/2").expectedVersion()).isEqualTo(9);
    }

    @Test
    void countsNothingTwiceWhenTheAnswerToAWriteWasLost() {
        fail(3);
        SharedBreaker.Attempt lost = breaker.attempt("w/1");
        fail(1);
        assertThat(breaker.isInDoubt()).isTrue();

        breaker.adopt(lost.next());

        assertThat(breaker.isInDoubt()).isFalse();
        assertThat(breaker.view().state()).isEqualTo(new Closed(4));
        assertThat(breaker.attempt("w/2").next().state()).isEqualTo(new Closed(4));
    }

    @Test
    void writesAgainWhatTheStoreHasLost() {
        breaker.adopt(new Breaker(new Open(5, NOW), 7, "other/1"));

        breaker.adopt(Breaker.NONE);

        assertThat(breaker.view().phase()).isEqualTo(BreakerState.Phase.OPEN);
        assertThat(breaker.isPending()).isTrue();
        assertThat(breaker.attempt("w/1").expectedVersion()).isZero();
        assertThat(breaker.attempt("w/1").next().version()).isEqualTo(7);
    }

    @Test
    void aSuccessThatChangesNothingHereStillEndsWhatOthersCounted() {
        breaker.add(new BreakerEvent.Succeeded(REF, NOW));
        assertThat(breaker.attempt("w/1").changes()).isFalse();

        breaker.adopt(new Breaker(new Closed(4), 3, "other/1"));

        assertThat(breaker.view().state()).isEqualTo(new Closed(0));
        assertThat(breaker.attempt("w/2").changes()).isTrue();
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

    @Test
    void versionsGrowWithTheTimeSoThatTheyOutliveTheStore() {
        fail(1);

        assertThat(breaker.view().version()).isEqualTo(NOW.toEpochMilli());
        fail(1);
        assertThat(breaker.view().version()).isEqualTo(NOW.toEpochMilli() + 1);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.add(new BreakerEvent.Failed(REF, NOW));
        }
    }
}
