package io.agentorchestrator.activities.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Closed;
import io.agentorchestrator.activities.breaker.BreakerState.HalfOpen;
import io.agentorchestrator.activities.breaker.BreakerState.Open;
import io.agentorchestrator.activities.breaker.BreakerState.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BreakerStateTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final DispatchRef OLD = new DispatchRef(new UUID(0, 1), 1);
    private static final DispatchRef TRIAL = new DispatchRef(new UUID(0, 2), 1);
    private static final DispatchRef RIVAL = new DispatchRef(new UUID(0, 3), 1);
    private static final Instant EXPIRY = at(200);

    @Test
    void fiveFailuresInARowOpenIt() {
        BreakerState state = BreakerState.pristine();
        for (int failures = 1; failures <= 4; failures++) {
            state = state.on(failed(OLD, 0));
            assertThat(state).isEqualTo(new Closed(failures));
        }

        assertThat(state.on(failed(OLD, 7))).isEqualTo(new Open(5, at(7)));
    }

    @Test
    void aSuccessInBetweenBeginsTheCountAnew() {
        assertThat(new Closed(4).on(succeeded(OLD, 0)).on(failed(OLD, 1))).isEqualTo(new Closed(1));
    }

    @Test
    void whatWasHandedOverBeforeNeitherClosesNorProlongsAnOpenOne() {
        Open open = new Open(5, T0);

        assertThat(open.on(succeeded(OLD, 30))).isEqualTo(open);
        assertThat(open.on(failed(OLD, 30))).isEqualTo(open);
    }

    @Test
    void letsATrialThroughAfterSixtySeconds() {
        Open open = new Open(5, T0);

        assertThat(open.on(wanted(TRIAL, 59)).isTrial(TRIAL)).isFalse();
        assertThat(open.on(new BreakerEvent.TimePassed(at(59))).isTrialFree()).isFalse();
        assertThat(open.on(new BreakerEvent.TimePassed(at(60))).isTrialFree()).isTrue();
        assertThat(open.on(wanted(TRIAL, 60)).isTrial(TRIAL)).isTrue();
    }

    @Test
    void oneTrialAtATime() {
        BreakerState trying = onTrial();

        assertThat(trying.isTrialFree()).isFalse();
        assertThat(trying.on(wanted(RIVAL, 61))).isEqualTo(trying);
        assertThat(trying.on(wanted(TRIAL, 61))).as("asked again").isEqualTo(trying);
    }

    @Test
    void theTrialAloneDecides() {
        BreakerState trying = onTrial();

        assertThat(trying.on(succeeded(OLD, 70))).isEqualTo(trying);
        assertThat(trying.on(failed(OLD, 70))).isEqualTo(trying);
        assertThat(trying.on(new BreakerEvent.Failed(null, at(70)))).isEqualTo(trying);
        assertThat(trying.on(succeeded(TRIAL, 70))).isEqualTo(new Closed(0));
        assertThat(trying.on(failed(TRIAL, 70))).isEqualTo(new Open(6, at(70)));
    }

    @Test
    void aTrialThatSaysNothingMayBeClaimedAgain() {
        BreakerState trying = onTrial();

        assertThat(trying.on(new BreakerEvent.TrialReturned(RIVAL, at(61)))).isEqualTo(trying);
        assertThat(trying.on(new BreakerEvent.TrialReturned(TRIAL, at(61))).isTrialFree())
                .isTrue();
    }

    @Test
    void aTrialThatIsNeverAnsweredExpires() {
        BreakerState trying = onTrial();

        assertThat(trying.on(new BreakerEvent.TimePassed(at(199)))).isEqualTo(trying);
        assertThat(trying.on(new BreakerEvent.TimePassed(EXPIRY)).isTrialFree()).isTrue();
        assertThat(trying.on(wanted(RIVAL, 200)).isTrial(RIVAL)).isTrue();
        assertThat(trying.on(failed(TRIAL, 201))).as("answered too late").isEqualTo(new HalfOpen(5, T0, null));
    }

    @Test
    void nobodyNeedsATrialOfAClosedOne() {
        assertThat(new Closed(3).on(wanted(TRIAL, 0))).isEqualTo(new Closed(3));
        assertThat(new Closed(3).on(new BreakerEvent.TrialReturned(TRIAL, T0))).isEqualTo(new Closed(3));
        assertThat(new Closed(3).on(new BreakerEvent.TimePassed(at(3600)))).isEqualTo(new Closed(3));
    }

    private static BreakerState onTrial() {
        return new HalfOpen(5, T0, new Trial(TRIAL, EXPIRY));
    }

    private static BreakerEvent failed(DispatchRef ref, int seconds) {
        return new BreakerEvent.Failed(ref, at(seconds));
    }

    private static BreakerEvent succeeded(DispatchRef ref, int seconds) {
        return new BreakerEvent.Succeeded(ref, at(seconds));
    }

    private static BreakerEvent wanted(DispatchRef ref, int seconds) {
        return new BreakerEvent.TrialWanted(ref, EXPIRY.plusSeconds(seconds - 60), at(seconds));
    }

    private static Instant at(int seconds) {
        return T0.plus(Duration.ofSeconds(seconds));
    }
}
