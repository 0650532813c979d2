package io.agentorchestrator.benchmarks.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.planner.Decision;
import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

class BenchmarksTest {
    /** Benchmark methods, times the values of their parameters. */
    private static final int BENCHMARKS = 3 + 2 * 3 + 2 * 2 + 4;

    @BeforeAll
    static void letSomebodyElseMeasureMeanwhile() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .forks(0)
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .shouldFailOnError(true)
                        .build())
                .run();

        assertThat(results).hasSize(BENCHMARKS);
    }

    @ParameterizedTest
    @EnumSource
    void scriptedRunsEndWithAllTasksCompleted(Shape shape) {
        Script script = Script.of(shape.plan());

        assertThat(script.play()).containsExactly(new Decision.Finish(RunStatus.COMPLETED));
    }
}
