package io.agentorchestrator.benchmarks.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallWorkloadTest {
    @Test
    void submitsWhatItIsNamedAfter() {
        assertThat(tasks(SmallWorkload.SINGLE_TASKS)).isEqualTo(2_000);
        assertThat(tasks(SmallWorkload.FAN_OUT)).isEqualTo(202);
        assertThat(tasks(SmallWorkload.CHAIN)).isEqualTo(20);
        assertThat(tasks(SmallWorkload.DAGS)).isEqualTo(1_000);
    }

    @Test
    void moreIsBetterOfRatesAndLessOfTimes() {
        List<Double> figures = List.of(2.0, 8.0, 4.0);

        assertThat(SmallWorkload.DAGS.best(figures)).isEqualTo(8);
        assertThat(SmallWorkload.DAGS.worst(figures)).isEqualTo(2);
        assertThat(SmallWorkload.DAGS.ratio(8, 2)).isEqualTo(4);
        assertThat(SmallWorkload.CHAIN.best(figures)).isEqualTo(2);
        assertThat(SmallWorkload.CHAIN.worst(figures)).isEqualTo(8);
        assertThat(SmallWorkload.CHAIN.ratio(2, 8)).isEqualTo(4);
        assertThat(SmallWorkload.SINGLE_TASKS.reaches(1_000)).isTrue();
        assertThat(SmallWorkload.SINGLE_TASKS.reaches(999)).isFalse();
        assertThat(SmallWorkload.FAN_OUT.reaches(0.25)).isTrue();
        assertThat(SmallWorkload.FAN_OUT.reaches(0.26)).isFalse();
    }

    @Test
    void figuresAreOfTasksAndOfTheirTimeTogether() {
        assertThat(SmallWorkload.SINGLE_TASKS.figure(2_000, 4)).isEqualTo(500);
        assertThat(SmallWorkload.FAN_OUT.figure(202, 0.5)).isEqualTo(0.5);
        assertThat(SmallWorkload.CHAIN.figure(20, 0.2)).isEqualTo(10);
        assertThat(SmallWorkload.CHAIN.shown(10)).isEqualTo("10.00 ms a step");
    }

    private static int tasks(SmallWorkload workload) {
        return workload.requests("t").stream().mapToInt(Request::tasks).sum();
    }
}
