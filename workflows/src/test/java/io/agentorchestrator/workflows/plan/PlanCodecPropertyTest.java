package io.agentorchestrator.workflows.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanCodecPropertyTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    @Test
    void everyPlanComesBackAsItWas() {
        for (int round = 0; round < 500; round++) {
            long seed = SEED + round;
            Plan plan = Plans.random(new Random(seed), 60);

            Plan back = PlanCodec.decode(PlanCodec.encode(plan));

            assertThat(back).as("-Dseed=%d", seed).usingRecursiveComparison().isEqualTo(plan);
        }
    }

    @Test
    void damagedBytesAreRefusedOrStillAPlan() {
        for (int round = 0; round < 2_000; round++) {
            long seed = SEED + round;
            Random random = new Random(seed);
            byte[] bytes = PlanCodec.encode(Plans.random(random, 20));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(PlanCodec.decode(bytes).size()).as("-Dseed=%d", seed).isPositive();
            } catch (IllegalArgumentException refused) {
                assertThat(refused).as("-Dseed=%d", seed).hasMessageMatching("(?s).+");
            }
        }
    }
}
