package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.planner.Decision;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the cost of the planner to a run of 10,000 tasks from its first event to its last, its construction included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlannerBenchmark {
    @Param
    public Shape shape = Shape.WIDE;

    private Script script = new Script(shape.plan(), List.of());

    @Setup
    public void prepare() {
        script = Script.of(shape.plan());
    }

    /** Folds all events of the run. */
    @Benchmark
    public Decision wholeRun() {
        return script.play().getLast();
    }
}
