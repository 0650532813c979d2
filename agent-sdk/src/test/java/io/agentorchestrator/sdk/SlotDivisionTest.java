package io.agentorchestrator.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.sdk.SlotDivision.Need;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotDivisionTest {
    @Test
    void aLoneStreamGetsEverything() {
        assertThat(limits(10, new Need(0, 0))).containsExactly(10);
        assertThat(limits(10, new Need(3, 500))).containsExactly(10);
        assertThat(limits(10, new Need(10, 0))).containsExactly(10);
    }

    @Test
    void whoNeedsMoreThanThereIsSharesEqually() {
        assertThat(limits(10, new Need(0, 50), new Need(0, 50))).containsExactly(5, 5);
        assertThat(limits(10, new Need(0, 50), new Need(0, 50), new Need(0, 50)))
                .containsExactly(4, 3, 3);
    }

    @Test
    void whatOneDoesNotNeedGoesToTheOthers() {
        assertThat(limits(10, new Need(1, 1), new Need(0, 50), new Need(0, 50))).containsExactly(2, 4, 4);
    }

    @Test
    void whatNobodyNeedsIsOfferedInEqualParts() {
        assertThat(limits(10, new Need(0, 0), new Need(0, 0))).containsExactly(5, 5);
        assertThat(limits(10, new Need(4, 1), new Need(0, 0))).containsExactly(8, 2);
        assertThat(limits(1, new Need(0, 0), new Need(0, 0))).containsExactly(1, 0);
    }

    @Test
    void whatIsHeldIsNotTakenAwayButNotGivenAgain() {
        assertThat(limits(10, new Need(10, 5), new Need(0, 5)))
                .as("the first one has to end five tasks before it starts another")
                .containsExactly(5, 0);
        assertThat(limits(10, new Need(9, 5), new Need(0, 5))).containsExactly(5, 1);
        assertThat(limits(10, new Need(5, 5), new Need(4, 5))).containsExactly(5, 5);
    }

    @Test
    void moreHeldThanThereIsLeavesNothing() {
        assertThat(limits(2, new Need(3, 0), new Need(0, 4))).containsExactly(1, 0);
        assertThat(limits(-1, new Need(3, 0), new Need(0, 4))).containsExactly(0, 0);
    }

    @Test
    void hugeDemandDoesNotOverflow() {
        int huge = Integer.MAX_VALUE;
        assertThat(limits(10, new Need(1, huge), new Need(1, huge))).containsExactly(5, 5);
    }

    @Test
    void nobodyThereIsNothingToDivide() {
        assertThat(limits(10)).isEmpty();
    }

    private static int[] limits(int slots, Need... needs) {
        return SlotDivision.limits(slots, List.of(needs));
    }
}
