package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
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

/** Plans of 10,000 tasks, to bytes and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlanCodecBenchmark {
    @Param
    public Shape shape = Shape.WIDE;

    private Plan plan = shape.plan();
    private byte[] encoded = {};

    @Setup
    public void prepare() {
        plan = shape.plan();
        encoded = PlanCodec.encode(plan);
    }

    @Benchmark
    public byte[] encode() {
        return PlanCodec.encode(plan);
    }

    @Benchmark
    public Plan decode() {
        return PlanCodec.decode(encoded);
    }
}
