package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Plans of 10,000 tasks, to bytes and back. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlanCodecBenchmark extends MicroBenchmark {
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
