package io.agentorchestrator.api.shedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.shedding.Verdict.Admitted;
import io.agentorchestrator.api.shedding.Verdict.Limit;
import io.agentorchestrator.api.shedding.Verdict.RateLimited;
import io.agentorchestrator.api.shedding.Verdict.Shed;
import io.agentorchestrator.api.shedding.Verdict.TooLarge;
import io.agentorchestrator.store.tenant.OpenTasks;
import io.agentorchestrator.store.tenant.OpenTasks.Count;
import io.agentorchestrator.store.tenant.TenantLimits;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
    private static final Duration VALID_FOR = Duration.ofMinutes(1);

    /** Any reading of the clock may be the first; one before it wraps is the hardest. */
    private long now = Long.MAX_VALUE - 5_000_000_000L;

    private static CapacityLimits limits(long open, long parked, int apis, Map<String, TenantLimits> tenants) {
        return new CapacityLimits(true, open, parked, tenants, apis);
    }

    private static Demand demand(String tenant, Priority priority, int runnable, int parked) {
        return new Demand(tenant, runnable, parked, Map.of(priority, runnable + parked));
    }

    private Verdict submit(AdmissionControl control, Demand demand) {
        Verdict verdict = control.decide(demand, now);
        if (verdict instanceof Admitted) {
            control.settle(demand, true);
        }
        return verdict;
    }

    private Verdict submit(AdmissionControl control, Priority priority, int runnable) {
        return submit(control, demand("t", priority, runnable, 0));
    }

    private void count(AdmissionControl control, Count found) {
        control.mark(now);
        control.adopt(new OpenTasks(Map.of("t", found)), now, VALID_FOR);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private AdmissionControl counted(CapacityLimits limits, long runnable, long parked) {
        AdmissionControl control = new AdmissionControl(limits);
        count(control, new Count(runnable, parked));
        return control;
    }

    @Test
    void fromNinetyPerCentOnOnlyCriticalTasksAreLetInAndFromAHundredNone() {
        AdmissionControl control = counted(limits(10, 10, 1, Map.of()), 7, 0);

        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.HIGH, 1)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.HIGH, 1))
                .isInstanceOfSatisfying(
                        Shed.class, shed -> assertThat(shed.limit()).isEqualTo(Limit.OPEN_TASKS));
        assertThat(control.capacity(now).shedding()).isTrue();
        assertThat(control.capacity(now).openTasks()).isEqualTo(9);
        assertThat(submit(control, Priority.CRITICAL, 1)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.CRITICAL, 1)).isInstanceOf(Shed.class);
    }

    @Test
    void aRequestIsLetInAsAWholeOrNotAtAll() {
        AdmissionControl control = counted(limits(100, 100, 1, Map.of()), 80, 0);

        assertThat(submit(control, Priority.NORMAL, 11)).isInstanceOf(Shed.class);
        assertThat(submit(control, Priority.NORMAL, 10)).isInstanceOf(Admitted.class);
        Demand mixed = new Demand("t", 2, 0, Map.of(Priority.CRITICAL, 1, Priority.LOW, 1));
        assertThat(submit(control, mixed)).isInstanceOf(Shed.class);
    }

    @Test
    void whatCannotRunYetHasALimitOfItsOwn() {
        AdmissionControl control = counted(limits(100, 10, 1, Map.of()), 0, 8);

        assertThat(submit(control, demand("t", Priority.NORMAL, 1, 2)))
                .isInstanceOfSatisfying(
                        Shed.class, shed -> assertThat(shed.limit()).isEqualTo(Limit.PARKED_TASKS));
        assertThat(submit(control, Priority.NORMAL, 50)).isInstanceOf(Admitted.class);
        assertThat(submit(control, demand("t", Priority.NORMAL, 1, 1))).isInstanceOf(Admitted.class);
    }

    @Test
    void aTenantsLimitLeavesOthersAlone() {
        AdmissionControl control = counted(limits(1_000, 1_000, 1, Map.of("t", new TenantLimits(10, null))), 9, 0);

        assertThat(submit(control, Priority.NORMAL, 1))
                .isInstanceOfSatisfying(
                        Shed.class, shed -> assertThat(shed.limit()).isEqualTo(Limit.OPEN_TASKS_OF_TENANT));
        assertThat(control.capacity("t", now).shedding()).isTrue();
        assertThat(control.capacity(now).shedding()).isFalse();
        assertThat(submit(control, demand("u", Priority.NORMAL, 100, 0))).isInstanceOf(Admitted.class);
        // Any DAG fits, however few of its tasks may run at once.
        assertThat(submit(control, demand("t", Priority.CRITICAL, 1, 900))).isInstanceOf(Admitted.class);
    }

    @Test
    void limitsOfOpenTasksRefuseNothingWithoutACountOfLate() {
        AdmissionControl control = new AdmissionControl(limits(10, 10, 1, Map.of()));
        assertThat(submit(control, Priority.NORMAL, 100)).isInstanceOf(Admitted.class);

        count(control, new Count(100, 0));
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Shed.class);

        pass(VALID_FOR);
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Admitted.class);
        assertThat(control.capacity(now).shedding()).isFalse();
    }

    @Test
    void withoutTheFlagAllIsLetIn() {
        AdmissionControl control = counted(new CapacityLimits(false, 10, 10, Map.of(), 1), 100, 100);

        assertThat(submit(control, demand("t", Priority.LOW, 5, 5))).isInstanceOf(Admitted.class);
    }

    @Test
    void whatWasNotStoredMakesRoomAgain() {
        AdmissionControl control = counted(limits(10, 10, 1, Map.of()), 8, 0);
        Demand one = demand("t", Priority.NORMAL, 1, 0);

        assertThat(control.decide(one, now)).isInstanceOf(Admitted.class);
        assertThat(control.decide(one, now)).isInstanceOf(Shed.class);
        control.settle(one, false);
        assertThat(control.decide(one, now)).isInstanceOf(Admitted.class);
    }

    @Test
    void whatIsStoredWhileACountIsUnderWayIsAddedToIt() {
        AdmissionControl control = counted(limits(10, 10, 1, Map.of()), 0, 0);
        assertThat(submit(control, Priority.NORMAL, 4)).isInstanceOf(Admitted.class);
        control.mark(now);
        assertThat(submit(control, Priority.NORMAL, 3)).isInstanceOf(Admitted.class);
        control.adopt(new OpenTasks(Map.of("t", new Count(4, 0))), now, VALID_FOR);

        assertThat(control.capacity(now).openTasks()).isEqualTo(7);
        assertThat(submit(control, Priority.NORMAL, 3)).isInstanceOf(Shed.class);
        assertThat(submit(control, Priority.NORMAL, 2)).isInstanceOf(Admitted.class);
    }

    @Test
    void eachApiHasAnEqualPartOfTheRoom() {
        AdmissionControl control = counted(limits(100, 100, 3, Map.of()), 60, 0);

        for (int n = 0; n < 10; n++) {
            assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Admitted.class);
        }
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Shed.class);
        // A request that is larger than the part is not kept out for that.
        AdmissionControl other = counted(limits(100, 100, 3, Map.of()), 60, 0);
        assertThat(submit(other, Priority.NORMAL, 25)).isInstanceOf(Admitted.class);
        assertThat(submit(other, Priority.NORMAL, 1)).isInstanceOf(Shed.class);
    }

    @Test
    void aLimitBelowTheNumberOfApisLetsTasksInAllTheSame() {
        AdmissionControl control = counted(limits(1, 10, 2, Map.of()), 0, 0);

        assertThat(submit(control, Priority.CRITICAL, 1)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.CRITICAL, 1)).isInstanceOf(Shed.class);
    }

    @Test
    void tasksThatArePausedHaveNotDrained() {
        AdmissionControl control = counted(limits(1_000, 1_000, 1, Map.of()), 950, 0);
        pass(Duration.ofSeconds(1));
        count(control, new Count(890, 50));
        assertThat(submit(control, Priority.NORMAL, 10)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Shed.class);
        pass(Duration.ofSeconds(1));

        assertThat(submit(control, Priority.NORMAL, 10))
                .as("ten have ended in the second before, and the others will run again")
                .isInstanceOf(Shed.class);
        assertThat(submit(control, Priority.NORMAL, 9)).isInstanceOf(Admitted.class);
    }

    @Test
    void tenantsAreForgottenWhileNoCountSucceeds() {
        AdmissionControl control = counted(limits(10, 10, 1, Map.of("t", new TenantLimits(10, null))), 5, 0);
        Demand underWay = demand("t", Priority.NORMAL, 1, 0);
        assertThat(submit(control, demand("u", Priority.NORMAL, 1, 0))).isInstanceOf(Admitted.class);
        assertThat(control.decide(underWay, now)).isInstanceOf(Admitted.class);
        pass(VALID_FOR);
        control.mark(now);

        assertThat(control.capacity("u", now).openTasks()).isZero();
        assertThat(control.capacity("t", now).openTasks()).isEqualTo(6);
    }

    @Test
    void betweenCountsRoomIsMadeAtTheRateAtWhichTasksEnded() {
        AdmissionControl control = counted(limits(1_000, 1_000, 1, Map.of()), 800, 0);
        assertThat(submit(control, Priority.NORMAL, 100)).isInstanceOf(Admitted.class);
        pass(Duration.ofSeconds(10));
        // 100 came, and as many ended: 10 a second.
        count(control, new Count(900 - 100, 0));
        assertThat(submit(control, Priority.NORMAL, 100)).isInstanceOf(Admitted.class);

        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Shed.class);
        pass(Duration.ofSeconds(1));
        for (int n = 0; n < 9; n++) {
            assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Admitted.class);
        }
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Shed.class);
    }

    @Test
    void whoIsRefusedIsToldToComeBackOneAfterTheOtherAsTasksEnd() {
        AdmissionControl control = counted(limits(1_000, 1_000, 1, Map.of()), 900, 0);
        assertThat(retryAfter(control, 1)).isEqualTo(OpenTaskEstimate.UNKNOWN_WAIT);
        pass(Duration.ofSeconds(10));
        count(control, new Count(800, 0));
        assertThat(submit(control, Priority.NORMAL, 100)).isInstanceOf(Admitted.class);

        // 10 a second end, of which 9 are given out before the next count.
        assertThat(retryAfter(control, 27)).isEqualTo(Duration.ofSeconds(3));
        assertThat(retryAfter(control, 18)).isEqualTo(Duration.ofSeconds(5));
        assertThat(retryAfter(control, 9)).isEqualTo(Duration.ofSeconds(6));
        pass(Duration.ofSeconds(3));
        assertThat(submit(control, Priority.NORMAL, 27)).isInstanceOf(Admitted.class);
        pass(Duration.ofSeconds(2));
        assertThat(submit(control, Priority.NORMAL, 18)).isInstanceOf(Admitted.class);
        pass(Duration.ofSeconds(1));
        assertThat(submit(control, Priority.NORMAL, 9)).isInstanceOf(Admitted.class);
    }

    @Test
    void whatNeverFitsIsToldSoAndNotToWait() {
        AdmissionControl control = counted(
                limits(1_000, 500, 2, Map.of("t", new TenantLimits(100, 1), "none", new TenantLimits(0, null))), 0, 0);

        assertThat(submit(control, demand("t", Priority.NORMAL, 91, 0)))
                .isEqualTo(new TooLarge(Limit.OPEN_TASKS_OF_TENANT, 90));
        assertThat(submit(control, demand("t", Priority.CRITICAL, 91, 0))).isInstanceOf(Admitted.class);
        assertThat(submit(control, demand("t", Priority.CRITICAL, 91, 0)))
                .as("it would fit once these have ended")
                .isInstanceOf(RateLimited.class);
        assertThat(submit(control, demand("u", Priority.LOW, 901, 0))).isEqualTo(new TooLarge(Limit.OPEN_TASKS, 900));
        assertThat(submit(control, demand("u", Priority.LOW, 1, 451))).isEqualTo(new TooLarge(Limit.PARKED_TASKS, 450));
        assertThat(submit(control, demand("none", Priority.LOW, 1, 0)))
                .as("splitting does not help where nothing is let in")
                .isInstanceOf(Shed.class);
        pass(VALID_FOR);
        assertThat(submit(control, demand("u", Priority.LOW, 901, 0))).isInstanceOf(Admitted.class);
    }

    private Duration retryAfter(AdmissionControl control, int tasks) {
        Verdict verdict = control.decide(demand("t", Priority.NORMAL, tasks, 0), now);
        assertThat(verdict).isInstanceOf(Shed.class);
        return ((Shed) verdict).retryAfter();
    }

    @Test
    void aTenantSubmitsAtItsRateAndASecondsWorthAtOnce() {
        AdmissionControl control =
                new AdmissionControl(limits(1_000, 1_000, 2, Map.of("t", new TenantLimits(null, 20))));

        // Two APIs: 10 a second for each.
        for (int n = 0; n < 10; n++) {
            assertThat(submit(control, Priority.CRITICAL, 1)).isInstanceOf(Admitted.class);
        }
        assertThat(submit(control, Priority.CRITICAL, 1)).isEqualTo(new RateLimited(Duration.ofSeconds(1)));
        assertThat(submit(control, demand("u", Priority.LOW, 1, 0))).isInstanceOf(Admitted.class);
        pass(Duration.ofMillis(100));
        assertThat(submit(control, Priority.LOW, 1)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.LOW, 1)).isInstanceOf(RateLimited.class);
    }

    @Test
    void whoeverIsRefusedBeyondARateIsToldToComeBackOneAfterTheOther() {
        AdmissionControl control =
                new AdmissionControl(limits(1_000, 1_000, 1, Map.of("t", new TenantLimits(null, 10))));
        assertThat(submit(control, Priority.NORMAL, 10)).isInstanceOf(Admitted.class);
        Map<Duration, Integer> told = new TreeMap<>();
        for (int client = 0; client < 100; client++) {
            if (submit(control, Priority.NORMAL, 1) instanceof RateLimited(Duration wait)) {
                told.merge(wait, 1, Integer::sum);
            }
        }

        assertThat(told)
                .hasSize(10)
                .allSatisfy((wait, clients) -> assertThat(clients).isEqualTo(10));
        assertThat(told.keySet()).contains(Duration.ofSeconds(1), Duration.ofSeconds(10));
        for (int second = 1; second <= 10; second++) {
            pass(Duration.ofSeconds(1));
            for (int client = 0; client < 10; client++) {
                assertThat(submit(control, Priority.NORMAL, 1))
                        .as("client %d in second %d", client, second)
                        .isInstanceOf(Admitted.class);
            }
        }
    }

    @Test
    void promisesReachAMinuteAhead() {
        AdmissionControl control =
                new AdmissionControl(limits(1_000, 1_000, 1, Map.of("t", new TenantLimits(null, 1))));
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Admitted.class);

        Verdict last = new Admitted();
        for (int client = 0; client < 100; client++) {
            last = submit(control, Priority.NORMAL, 1);
        }

        assertThat(last).isEqualTo(new RateLimited(Duration.ofMinutes(1)));
    }

    @Test
    void aRequestBeyondASecondsWorthLeavesADebt() {
        AdmissionControl control =
                new AdmissionControl(limits(1_000, 1_000, 1, Map.of("t", new TenantLimits(null, 10))));

        assertThat(submit(control, Priority.NORMAL, 25)).isInstanceOf(Admitted.class);
        assertThat(submit(control, Priority.NORMAL, 1)).isEqualTo(new RateLimited(Duration.ofSeconds(2)));
        assertThat(submit(control, Priority.NORMAL, 25)).isEqualTo(new RateLimited(Duration.ofSeconds(3)));
        pass(Duration.ofMillis(1_600));
        assertThat(submit(control, Priority.NORMAL, 1)).isInstanceOf(Admitted.class);
    }

    @Test
    void whatWasNotStoredCountsAgainstNoRate() {
        AdmissionControl control =
                new AdmissionControl(limits(1_000, 1_000, 1, Map.of("t", new TenantLimits(null, 1))));
        Demand one = demand("t", Priority.NORMAL, 1, 0);

        assertThat(control.decide(one, now)).isInstanceOf(Admitted.class);
        control.settle(one, false);
        assertThat(submit(control, one)).isInstanceOf(Admitted.class);
        assertThat(submit(control, one)).isInstanceOf(RateLimited.class);
        control.limits(limits(1_000, 1_000, 1, Map.of()), now);
        assertThat(submit(control, one)).isInstanceOf(Admitted.class);
    }

    @Test
    void aCountThatCostsMuchIsMadeLessOften() {
        Duration second = Duration.ofSeconds(1);

        assertThat(OpenTaskCounting.pauseAfter(Duration.ofMillis(20), 2, second))
                .isEqualTo(second);
        assertThat(OpenTaskCounting.pauseAfter(Duration.ofMillis(500), 2, second))
                .isEqualTo(Duration.ofSeconds(20));
    }
}
