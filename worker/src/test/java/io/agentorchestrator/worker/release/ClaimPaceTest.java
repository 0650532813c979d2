package io.agentorchestrator.worker.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.worker.release.BacklogView.Fronts;
import io.agentorchestrator.worker.release.ClaimPace.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimPaceTest {
    private static final Duration START_INTERVAL = Duration.ofMillis(50);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration REFILL = Duration.ofMillis(100);
    private static final int MAX_STARTS = 4;
    private static final int LOADED = ClaimPace.AT_REST + 1;

    private static final Fronts NONE = Fronts.NONE;
    private static final Fronts FULL = new Fronts(true, false, false);
    private static final Fronts WORTH = new Fronts(true, true, false);
    private static final Fronts URGENT = new Fronts(true, false, true);

    /** The clock's origin is arbitrary. */
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private final ClaimPace pace = new ClaimPace(START_INTERVAL, POLL, MAX_STARTS, ORIGIN);

    @Test
    void waitsForAPollWhereNothingWaits() {
        assertThat(pace.next(at(0), new BacklogView(NONE, NONE, 0, REFILL), 0)).isEqualTo(new Step.Wait(POLL));
    }

    @Test
    void claimsAtOnceAtRestWhateverHasJustStarted() {
        pace.claimed(at(0), 1, true, 1);

        assertThat(pace.next(at(1), standalone(WORTH, 0), 0)).isEqualTo(new Step.Claim(true));
        assertThat(pace.next(at(1), standalone(WORTH, ClaimPace.AT_REST), 1))
                .as("while a group is being started, what comes gathers")
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void spacesStartsOfGroupsUnderLoad() {
        pace.claimed(at(0), 10, true, 1);

        assertThat(pace.next(at(20), standalone(WORTH, LOADED), 0)).isEqualTo(waiting(30));
        assertThat(pace.next(at(50), standalone(WORTH, LOADED), 0)).isEqualTo(new Step.Claim(true));
        assertThat(pace.next(at(50), standalone(WORTH, LOADED), MAX_STARTS)).isInstanceOf(Step.Wait.class);
    }

    @Test
    void spacesThemMoreWhileTemporalIsSlow() {
        for (int start = 0; start < 100; start++) {
            pace.startTook(Duration.ofMillis(30));
        }
        assertThat(pace.startInterval()).isBetween(Duration.ofMillis(119), Duration.ofMillis(120));

        for (int start = 0; start < 100; start++) {
            pace.startTook(Duration.ofSeconds(20));
        }
        assertThat(pace.startInterval()).isEqualTo(ClaimPace.MAX_START_INTERVAL);
    }

    @Test
    void claimsForRunsMeanwhile() {
        pace.claimed(at(0), 10, true, 1);

        assertThat(pace.next(at(20), new BacklogView(WORTH, WORTH, LOADED, REFILL), 0))
                .isEqualTo(new Step.Claim(false));
        assertThat(pace.next(at(50), new BacklogView(WORTH, WORTH, LOADED, REFILL), 0))
                .isEqualTo(new Step.Claim(true));
    }

    @Test
    void waitsForAGoodShareOfTheCreditOrTheRefillInterval() {
        pace.claimed(at(0), 10, true, 1);

        assertThat(pace.next(at(60), standalone(FULL, LOADED), 0)).isEqualTo(waiting(40));
        assertThat(pace.next(at(100), standalone(FULL, LOADED), 0)).isEqualTo(new Step.Claim(true));
        pace.claimed(at(100), 0, true, 0);
        assertThat(pace.next(at(200), standalone(FULL, LOADED), 0))
                .as("nothing was free: others end no tasks either")
                .isEqualTo(waiting(400));
        assertThat(pace.next(at(200), standalone(WORTH, LOADED), 0)).isEqualTo(new Step.Claim(true));
    }

    @Test
    void aClaimForRunsAloneDoesNotPutOffTheRefillForGroups() {
        pace.claimed(at(0), 10, true, 1);
        pace.claimed(at(40), 3, false, 0);

        assertThat(pace.next(at(100), standalone(FULL, LOADED), 0)).isEqualTo(new Step.Claim(true));
    }

    @Test
    void urgentTasksWaitForNoBoundOfOthers() {
        for (int start = 0; start < 100; start++) {
            pace.startTook(Duration.ofMillis(100));
        }
        pace.claimed(at(0), 10, true, 1);

        assertThat(pace.next(at(50), standalone(WORTH, LOADED), MAX_STARTS)).isInstanceOf(Step.Wait.class);
        assertThat(pace.next(at(50), standalone(URGENT, LOADED), MAX_STARTS)).isEqualTo(new Step.Claim(true));
        assertThat(pace.next(at(50), standalone(URGENT, LOADED), 2 * MAX_STARTS))
                .as("but there is a bound")
                .isInstanceOf(Step.Wait.class);
        assertThat(pace.next(at(1), new BacklogView(NONE, URGENT, LOADED, REFILL), MAX_STARTS))
                .isInstanceOf(Step.Claim.class);
    }

    @Test
    void looksAtMostSoOftenUnderLoadAndHalfOfTheTimeAtRest() {
        pace.looked(at(0), at(2), LOADED);
        assertThat(pace.untilLook(at(2))).isEqualTo(ClaimPace.LOOK_INTERVAL);
        pace.looked(at(0), at(30), LOADED);
        assertThat(pace.untilLook(at(30))).isEqualTo(Duration.ofMillis(30));
        pace.looked(at(0), at(2), 0);
        assertThat(pace.untilLook(at(2))).isEqualTo(Duration.ofMillis(2));
        assertThat(pace.untilLook(at(4))).isZero();
    }

    @Test
    void triesAgainSoonWhileSomebodyElseClaims() {
        List<Duration> waits = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            waits.add(pace.busy(at(0)));
        }
        assertThat(waits).extracting(Duration::toMillis).containsExactly(5L, 10L, 20L, 40L, 40L);

        pace.claimed(at(0), 1, true, 0);
        assertThat(pace.busy(at(0))).isEqualTo(Duration.ofMillis(5));
        assertThat(pace.untilLook(at(0))).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void looksLessOftenWhileNothingCanBeTakenThoughCreditIsFree() {
        BacklogView waiting = new BacklogView(NONE, WORTH, LOADED, REFILL);
        List<Long> waits = new ArrayList<>();
        for (int round = 0; round < 7; round++) {
            assertThat(pace.next(at(0), waiting, 0)).isInstanceOf(Step.Claim.class);
            pace.claimed(at(0), 0, false, 0);
            waits.add(pace.untilLook(at(0)).toMillis());
        }
        assertThat(waits).containsExactly(10L, 20L, 40L, 80L, 160L, 160L, 160L);

        pace.claimed(at(200), 5, false, 0);
        assertThat(pace.untilLook(at(200))).isZero();
    }

    private static BacklogView standalone(Fronts fronts, int outstanding) {
        return new BacklogView(fronts, NONE, outstanding, REFILL);
    }

    private static Step waiting(long millis) {
        return new Step.Wait(Duration.ofMillis(millis));
    }

    private static long at(long millis) {
        return ORIGIN + Duration.ofMillis(millis).toNanos();
    }
}
