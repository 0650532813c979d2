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
    private static final TaskClass A = TaskClass.of("a");
    private static final TaskClass B = TaskClass.of("b");
    private static final TaskClass Z = TaskClass.of("z");
    private static final Fleet FLEET = Fleet.of(List.of(new AgentClass(Set.of("a", "b"), 10)));

    @Test
    void isTheRegularCreditAmongEquals() {
        ClaimCredit credit = credit(Map.of(A, Map.of(Priority.NORMAL, 15)));

        assertThat(credit.room(B, Priority.NORMAL, 100)).isEqualTo(5);
        assertThat(takeAll(credit, B, Priority.NORMAL)).isEqualTo(5);
        assertThat(credit.room(B, Priority.NORMAL, 100)).isZero();
        assertThat(credit.regular().left()).isZero();
    }

    @Test
    void letsWhatOutranksTheWorstThatIsOutOverdrawByHalfOfTheSlotsAndCriticalByAll() {
        ClaimCredit credit = credit(Map.of(A, Map.of(Priority.HIGH, 10, Priority.NORMAL, 10)));

        assertThat(credit.tryTake(B, Priority.NORMAL)).isFalse();
        assertThat(credit.room(B, Priority.HIGH, 100)).isEqualTo(5);
        assertThat(takeAll(credit, B, Priority.HIGH)).isEqualTo(5);
        assertThat(credit.room(A, Priority.CRITICAL, 100)).isEqualTo(5);
        assertThat(takeAll(credit, A, Priority.CRITICAL)).isEqualTo(5);
    }

    @Test
    void countsAnEarlierOverdraft() {
        ClaimCredit credit = credit(Map.of(A, Map.of(Priority.CRITICAL, 8, Priority.NORMAL, 20)));

        assertThat(credit.room(A, Priority.HIGH, 100)).isZero();
        assertThat(takeAll(credit, B, Priority.CRITICAL)).isEqualTo(2);
    }

    @Test
    void outranksOnlyWhatCompetesForTheSameAgents() {
        Fleet fleet = Fleet.of(List.of(new AgentClass(Set.of("a"), 1), new AgentClass(Set.of("b"), 1)));
        ClaimCredit credit = new ClaimCredit(
                fleet,
                Map.of(A, Map.of(Priority.LOW, 2), B, Map.of(Priority.CRITICAL, 2)),
                agents -> FlowEstimate.UNKNOWN);

        assertThat(credit.outranks(A, Priority.CRITICAL)).isTrue();
        assertThat(credit.outranks(A, Priority.LOW)).isFalse();
        assertThat(credit.outranks(B, Priority.CRITICAL)).isFalse();
        assertThat(credit.outranks(Z, Priority.CRITICAL)).isFalse();
        assertThat(credit.tryTake(B, Priority.CRITICAL)).isFalse();
        assertThat(credit.tryTake(A, Priority.CRITICAL)).isTrue();
    }

    private static ClaimCredit credit(Map<TaskClass, Map<Priority, Integer>> outstanding) {
        return new ClaimCredit(FLEET, outstanding, agents -> FlowEstimate.UNKNOWN);
    }

    private static int takeAll(ClaimCredit credit, TaskClass tasks, Priority priority) {
        int taken = 0;
        while (credit.tryTake(tasks, priority)) {
            taken++;
        }
        return taken;
    }
}
