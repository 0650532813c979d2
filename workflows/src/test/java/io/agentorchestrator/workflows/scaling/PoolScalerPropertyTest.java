package io.agentorchestrator.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.scaling.ScalingDecision.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PoolScalerPropertyTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final ScalingPolicy POLICY = ScalingPolicy.DEFAULT;
    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final OptionalDouble NO_FORECAST = OptionalDouble.empty();

    private record Look(Instant at, ScalingDecision decision) {}

    /** Random demand, in leaps and in steps, at random looks. */
    @Test
    void staysWithinItsRangeRisesAtOnceAndFallsOnlyBelowTheWishesOfAWholeWindow() {
        int lowered = 0;
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int min = random.nextInt(3);
            ReplicaRange range = new ReplicaRange(min, min + random.nextInt(100), 1 + random.nextInt(8));
            PoolScaler scaler = new PoolScaler(POLICY, range, random.nextInt(50), BEGIN);
            List<Look> looks = new ArrayList<>();
            Instant now = BEGIN;
            int before = scaler.replicas();
            int running = 0;
            for (int i = 0; i < 400; i++) {
                now = now.plusSeconds(random.nextInt(40));
                running = random.nextInt(20) == 0 ? random.nextInt(300) : Math.max(0, running + random.nextInt(9) - 4);
                int waiting = random.nextInt(3) == 0 ? random.nextInt(50) : 0;
                OptionalDouble forecast =
                        random.nextInt(4) == 0 ? OptionalDouble.of(100 * random.nextDouble()) : NO_FORECAST;
                ScalingDecision decision =
                        scaler.decide(now, new PoolDemand(waiting, 10.0 * waiting, running), forecast);
                looks.add(new Look(now, decision));

                int wish = Math.max(decision.reactive(), decision.ahead());
                assertThat(decision.replicas()).as("seed %d, look %d", seed, i).isBetween(range.min(), range.max());
                assertThat(wish).isLessThanOrEqualTo(decision.replicas() + (int) (POLICY.tolerance() * before));
                if (decision.replicas() < before) {
                    lowered++;
                    Instant then = now;
                    assertThat(looks)
                            .as("seed %d, look %d: wishes of the window", seed, i)
                            .filteredOn(look -> !look.at().isBefore(then.minus(POLICY.stabilization())))
                            .allMatch(look -> Math.max(
                                            look.decision().reactive(),
                                            look.decision().ahead())
                                    <= decision.replicas());
                    assertThat(Duration.between(BEGIN, now)).isGreaterThanOrEqualTo(POLICY.stabilization());
                }
                before = decision.replicas();
            }
        }
        assertThat(lowered).isGreaterThan(100);
    }

    @Test
    void noiseAroundALoadMovesLittle() {
        Random random = new Random(1);
        PoolScaler scaler = new PoolScaler(POLICY, new ReplicaRange(0, 1_000, 4), 0, BEGIN);
        int changes = 0;
        int before = 0;
        for (int i = 0; i < 4 * 60 * 12; i++) {
            int running = 100 + (int) Math.round(10 * random.nextGaussian());
            int now = scaler.decide(BEGIN.plus(LOOK.multipliedBy(i)), new PoolDemand(0, 0, running), NO_FORECAST)
                    .replicas();
            changes += now == before ? 0 : 1;
            before = now;
        }
        assertThat(changes).as("in twelve hours, of 2,880 looks").isLessThan(29);
    }

    @Test
    void goesToZeroAfterAWholeWindowWithoutAnythingAndFromZeroAtOnce() {
        PoolScaler scaler = new PoolScaler(POLICY, new ReplicaRange(0, 10, 4), 1, BEGIN);
        Instant idle = BEGIN.plusSeconds(3_600);
        for (Instant at = BEGIN; at.isBefore(idle); at = at.plus(LOOK)) {
            scaler.decide(at, new PoolDemand(0, 0, 1), NO_FORECAST);
        }
        Instant at = idle;
        while (scaler.replicas() > 0) {
            scaler.decide(at, PoolDemand.NONE, NO_FORECAST);
            at = at.plus(LOOK);
        }
        assertThat(Duration.between(idle, at))
                .isBetween(POLICY.stabilization(), POLICY.stabilization().plusSeconds(45));

        assertThat(scaler.decide(at, new PoolDemand(1, 0.001, 0), NO_FORECAST))
                .isEqualTo(new ScalingDecision(1, 1, 0, Reason.DEMAND));
    }

    @Test
    void whatIsDueKeepsAnIdlePoolAndStartsAnEmptyOne() {
        PoolScaler kept = new PoolScaler(POLICY, new ReplicaRange(0, 10, 4), 1, BEGIN);
        for (int i = 0; i < 1_000; i++) {
            kept.decide(BEGIN.plus(LOOK.multipliedBy(i)), PoolDemand.NONE, OptionalDouble.of(0.1));
        }
        assertThat(kept.replicas()).isOne();

        PoolScaler empty = new PoolScaler(POLICY, new ReplicaRange(0, 10, 4), 0, BEGIN);
        assertThat(empty.decide(BEGIN, PoolDemand.NONE, OptionalDouble.of(8)))
                .isEqualTo(new ScalingDecision(3, 0, 3, Reason.FORECAST));
    }

    @Test
    void nothingIsTakenAwayForAWindowAfterABeginningOrAGap() {
        PoolScaler scaler = new PoolScaler(POLICY, new ReplicaRange(0, 10, 4), 7, BEGIN);
        assertThat(scaler.decide(BEGIN.plusSeconds(299), PoolDemand.NONE, NO_FORECAST)
                        .reason())
                .isEqualTo(Reason.HELD);
        Instant after = BEGIN.plus(Duration.ofDays(1));
        assertThat(scaler.decide(after, PoolDemand.NONE, NO_FORECAST).replicas())
                .isEqualTo(7);
        assertThat(scaler.decide(after.plusSeconds(300), PoolDemand.NONE, NO_FORECAST))
                .isEqualTo(new ScalingDecision(0, 0, 0, Reason.LOWERED));
        assertThat(scaler.decide(after, new PoolDemand(0, 0, 16), NO_FORECAST).replicas())
                .as("a clock that went back a little")
                .isEqualTo(5);
        assertThat(scaler.decide(BEGIN, PoolDemand.NONE, NO_FORECAST).replicas())
                .as("a clock that went back a day")
                .isEqualTo(5);
        assertThat(scaler.decide(BEGIN.plusSeconds(300), PoolDemand.NONE, NO_FORECAST))
                .isEqualTo(new ScalingDecision(0, 0, 0, Reason.LOWERED));
    }
}
