package io.agentorchestrator.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.sdk.SlotDivision.Need;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random needs from a printed seed. */
class SlotDivisionPropertyTest {
    private static final int CASES = 20_000;

    private interface Check {
        void of(int slots, List<Need> needs, int[] limits);
    }

    @Test
    void takesUpExactlyWhatThereIsOrIsHeld() {
        check((slots, needs, limits) -> {
            long held = needs.stream().mapToInt(Need::held).sum();
            assertThat(IntStream.range(0, limits.length)
                            .mapToLong(i -> Math.max(limits[i], needs.get(i).held()))
                            .sum())
                    .isEqualTo(Math.max(slots, held));
            assertThat(IntStream.of(limits).min().orElseThrow()).isNotNegative();
        });
    }

    @Test
    void nobodyIsShortWhileAnotherMayHaveTwoMore() {
        check((slots, needs, limits) -> {
            for (int poor = 0; poor < limits.length; poor++) {
                Need need = needs.get(poor);
                if (limits[poor] >= need.held() + need.waiting()) {
                    continue;
                }
                for (int rich = 0; rich < limits.length; rich++) {
                    if (limits[rich] > needs.get(rich).held()) {
                        assertThat(limits[rich])
                                .as("%d beside %d", rich, poor)
                                .isLessThanOrEqualTo(Math.max(limits[poor], need.held()) + 1);
                    }
                }
            }
        });
    }

    @Test
    void whoIsShortKeepsOthersFromMoreThanTheyNeed() {
        check((slots, needs, limits) -> {
            boolean anyShort = IntStream.range(0, limits.length)
                    .anyMatch(
                            i -> limits[i] < needs.get(i).held() + needs.get(i).waiting());
            for (int i = 0; anyShort && i < limits.length; i++) {
                assertThat(limits[i])
                        .isLessThanOrEqualTo(needs.get(i).held() + needs.get(i).waiting());
            }
        });
    }

    @Test
    void everyoneGetsASlotInTheEndIfThereIsOneForEach() {
        check((slots, needs, limits) -> {
            long held = needs.stream().mapToInt(Need::held).sum();
            if (slots < needs.size() || held >= slots) {
                return;
            }
            boolean someoneHasNone = needs.stream().anyMatch(need -> need.held() == 0 && need.waiting() > 0);
            boolean someoneGetsTheFirst = IntStream.range(0, limits.length)
                    .anyMatch(i -> needs.get(i).held() == 0 && needs.get(i).waiting() > 0 && limits[i] > 0);
            assertThat(someoneGetsTheFirst).isEqualTo(someoneHasNone);
        });
    }

    private static void check(Check check) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            List<Need> needs = IntStream.range(0, 1 + random.nextInt(6))
                    .mapToObj(_ -> new Need(amount(random), amount(random)))
                    .toList();
            int slots = random.nextInt(60);
            int[] limits = SlotDivision.limits(slots, needs);
            try {
                check.of(slots, needs, limits);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": " + slots + " slots, " + needs + ", limits "
                                + java.util.Arrays.toString(limits),
                        e);
            }
        }
    }

    private static int amount(Random random) {
        return random.nextBoolean() ? 0 : random.nextInt(20);
    }
}
