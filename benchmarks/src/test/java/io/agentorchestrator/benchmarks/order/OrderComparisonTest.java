package io.agentorchestrator.benchmarks.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowDag;
import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowFamily;
import io.agentorchestrator.benchmarks.order.OrderComparison.Knowledge;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderComparisonTest {
    private static final int SEEDS = 30;

    @ParameterizedTest
    @EnumSource
    void aFamilyDrawsTheSameAgainAndTasksDependOnEarlierOnes(WorkflowFamily family) {
        WorkflowDag dag = family.draw(5);

        assertThat(dag.tasks().size()).isBetween(40, 700);
        assertThat(dag.width()).isGreaterThan(dag.quarterOfWidth());
        for (int task = 0; task < dag.tasks().size(); task++) {
            int index = task;
            assertThat(Arrays.stream(dag.tasks().get(task).parents()).allMatch(parent -> parent < index))
                    .isTrue();
        }
        assertThat(family.draw(5).work()).isEqualTo(dag.work());
        assertThat(family.draw(6).work()).isNotEqualTo(dag.work());
    }

    /** Turned on by default, so no family may lose by it on average, whatever is known and however the document is written. */
    @ParameterizedTest
    @EnumSource
    void theLongestPathFirstIsNoSlowerOnAverage(WorkflowFamily family) {
        for (Knowledge knowledge : Knowledge.values()) {
            for (boolean shuffled : new boolean[] {false, true}) {
                assertThat(OrderComparison.of(family, SEEDS, knowledge, shuffled)
                                .mean())
                        .as(knowledge + (shuffled ? ", shuffled" : ""))
                        .isLessThan(1.005);
            }
        }
    }

    /** Many tasks of different lengths wait for few slots: the long ones are not left to the end. */
    @ParameterizedTest
    @EnumSource(names = {"BLAST", "SEISMOLOGY", "SRASEARCH", "GENOME"})
    void whatIsWideGainsByComplexitiesThatAreNearlyRight(WorkflowFamily family) {
        assertThat(OrderComparison.of(family, SEEDS, Knowledge.ROUGH, false).mean())
                .isLessThan(0.95);
    }
}
