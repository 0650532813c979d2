package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.planner.Decision;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Measures the cost of the planner to a run of 10,000 tasks from its first event to its last, its construction included. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlannerBenchmark extends MicroBenchmark {
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
