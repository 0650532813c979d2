package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.run.RunPayloadCodec;
import io.agentorchestrator.workflows.run.RunSettings;
import io.temporal.api.common.v1.Payload;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Measures the cost of compression for what goes into Temporal's history most often. JSON is written before, and read after. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PayloadCodecBenchmark extends MicroBenchmark {
    private static final int GROUP = 200;

    private final RunPayloadCodec codec = new RunPayloadCodec();

    @Param
    public Content content = Content.BATCH_RESULT;

    private List<Payload> plain = List.of();
    private List<Payload> encoded = List.of();

    /** The data that is written. */
    public enum Content {
        /** A batch of 50 tasks, all completed, with releases for 50 others. */
        BATCH_RESULT,
        /** The start of a group of 200 tasks. */
        RUN_INPUT
    }

    @Setup
    public void prepare() {
        Object written = switch (content) {
            case BATCH_RESULT -> batchResult();
            case RUN_INPUT -> runInput();
        };
        encoded = List.of(RunDataConverter.create().toPayload(written).orElseThrow());
        plain = codec.decode(encoded);
    }

    @Benchmark
    public List<Payload> encode() {
        return codec.encode(plain);
    }

    @Benchmark
    public List<Payload> decode() {
        return codec.decode(encoded);
    }

    private static BatchResult batchResult() {
        List<AttemptEnd> ended = indexes(50).stream()
                .map(task -> new AttemptEnd(task, 1, AttemptEnd.Outcome.COMPLETED, "", false))
                .toList();
        return new BatchResult(ended, List.of(), List.of(), indexes(50), false);
    }

    private static RunInput runInput() {
        return new RunInput(
                RunKind.GROUP,
                new UUID(1, 2),
                1,
                "tenant",
                RunInput.CURRENT_PLANNER_VERSION,
                "group",
                indexes(GROUP),
                RunSettings.DEFAULT,
                0,
                List.of(),
                List.of());
    }

    private static List<Integer> indexes(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
