package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.scenario.StartOrder.Urgent;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartOrderTest {
    private static final List<Urgent> URGENT =
            List.of(new Urgent(1_005, 1_300), new Urgent(1_000, 1_200), new Urgent(1_010, 1_250));

    private static StartOrder beside(long... others) {
        return new StartOrder(URGENT, others);
    }

    @Test
    void countsOthersFromTheFirstCreationToTheLastStart() {
        assertThat(beside(1_001, 1_210, 1_299).meanwhile()).isEqualTo(3);
        assertThat(beside(1, 999, 1_301, 9_000).meanwhile()).isZero();
        assertThat(beside().meanwhile()).isZero();
    }

    @Test
    void countsTimesThatAreEqualAgainstTheUrgent() {
        assertThat(beside(1_000, 1_300, 1_300).meanwhile()).isEqualTo(3);
        assertThat(beside(1_000, 1_300, 1_300).later()).isZero();
    }

    @Test
    void countsOthersThatStartedLaterOnce() {
        StartOrder order = beside(2_000, 1_301, 1_300, 10);

        assertThat(order.later()).isEqualTo(2);
        assertThat(order.meanwhile()).isEqualTo(1);
    }

    @Test
    void aWaitIsFromItsOwnCreation() {
        assertThat(new Urgent(1_005, 1_300).waitMillis()).isEqualTo(0.295);
    }
}
