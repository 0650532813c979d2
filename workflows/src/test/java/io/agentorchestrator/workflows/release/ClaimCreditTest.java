package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Agents of types a and b with 10 slots, of which nothing is known: 20 tasks may be out. */
class ClaimCreditTest {
    private static final Fleet FLEET = Fleet.of(List.of(new AgentClass(Set.of("a", "b"), 10)));

    @Test
    void isTheRegularCreditAmongEquals() {
        ClaimCredit credit = credit(Map.of("a", Map.of(Priority.NORMAL, 15)));

        assertThat(credit.room("b", Priority.NORMAL, 100)).isEqualTo(5);
        assertThat(takeAll(credit, "b", Priority.NORMAL)).isEqualTo(5);
        assertThat(credit.room("b", Priority.NORMAL, 100)).isZero();
        assertThat(credit.regular().left()).isZero();
    }

    @Test
    void letsWhatOutranksTheWorstThatIsOutOverdrawByHalfOfTheSlotsAndCriticalByAll() {
        ClaimCredit credit = credit(Map.of("a", Map.of(Priority.HIGH, 10, Priority.NORMAL, 10)));

        assertThat(credit.tryTake("b", Priority.NORMAL)).isFalse();
        assertThat(credit.room("b", Priority.HIGH, 100)).isEqualTo(5);
        assertThat(takeAll(credit, "b", Priority.HIGH)).isEqualTo(5);
        assertThat(credit.room("a", Priority.CRITICAL, 100)).isEqualTo(5);
        assertThat(takeAll(credit, "a", Priority.CRITICAL)).isEqualTo(5);
    }

    @Test
    void countsAnEarlierOverdraft() {
        ClaimCredit credit = credit(Map.of("a", Map.of(Priority.CRITICAL, 8, Priority.NORMAL, 20)));

        assertThat(credit.room("a", Priority.HIGH, 100)).isZero();
        assertThat(takeAll(credit, "b", Priority.CRITICAL)).isEqualTo(2);
    }

    @Test
    void outranksOnlyWhatCompetesForTheSameAgents() {
        Fleet fleet = Fleet.of(List.of(new AgentClass(Set.of("a"), 1), new AgentClass(Set.of("b"), 1)));
        ClaimCredit credit = new ClaimCredit(
                fleet,
                Map.of("a", Map.of(Priority.LOW, 2), "b", Map.of(Priority.CRITICAL, 2)),
                agents -> FlowEstimate.UNKNOWN);

        assertThat(credit.outranks("a", Priority.CRITICAL)).isTrue();
        assertThat(credit.outranks("a", Priority.LOW)).isFalse();
        assertThat(credit.outranks("b", Priority.CRITICAL)).isFalse();
        assertThat(credit.outranks("z", Priority.CRITICAL)).isFalse();
        assertThat(credit.tryTake("b", Priority.CRITICAL)).isFalse();
        assertThat(credit.tryTake("a", Priority.CRITICAL)).isTrue();
    }

    private static ClaimCredit credit(Map<String, Map<Priority, Integer>> outstanding) {
        return new ClaimCredit(FLEET, outstanding, agents -> FlowEstimate.UNKNOWN);
    }

    private static int takeAll(ClaimCredit credit, String type, Priority priority) {
        int taken = 0;
        while (credit.tryTake(type, priority)) {
            taken++;
        }
        return taken;
    }
}
