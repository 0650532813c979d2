package io.agentorchestrator.workflows.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.budget.CheapSlots.Agent;
import io.agentorchestrator.workflows.budget.CheapSlots.Wanting;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheapSlotsTest {
    private static final Eligibility ANY = new Eligibility(Set.of("t"), null);

    @Test
    void countsAgentsThatMayHaveATaskOnly() {
        CheapSlots slots = new CheapSlots(List.of(
                new Agent(ANY, 0, 2),
                new Agent(ANY, 1, 3),
                new Agent(new Eligibility(Set.of("other"), null), 0, 10),
                new Agent(new Eligibility(Set.of("t"), Set.of("another")), 0, 10),
                new Agent(ANY, 0, -1)));

        assertThat(slots.free(upTo(0))).isEqualTo(2);
        assertThat(slots.free(upTo(1))).isEqualTo(5);
        assertThat(CheapSlots.NONE.free(upTo(1))).isZero();
    }

    @Test
    void leavesTheCheapestToThoseThatNeedThem() {
        CheapSlots slots = new CheapSlots(List.of(new Agent(ANY, 0, 2), new Agent(ANY, 1, 3)));

        for (int taken = 0; taken < 3; taken++) {
            slots.take(upTo(1));
        }
        assertThat(slots.free(upTo(0))).isEqualTo(2);
        slots.take(upTo(1));
        assertThat(slots.free(upTo(0))).isOne();
        slots.take(upTo(0));
        slots.take(upTo(0));
        assertThat(slots.free(upTo(1))).isZero();
    }

    private static Wanting upTo(double maxCostFactor) {
        return new Wanting("t", "default", Selector.NONE, maxCostFactor);
    }
}
