package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Looks at what runs and waits, at regular times, on a thread of its own. Thread-safe. */
public final class Sampler implements AutoCloseable {
    /** The numbers of tasks at one moment. */
    public record Sample(Instant at, long running, long queued) {}

    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private final Repeated looks;
    private volatile Duration away = Duration.ZERO;

    /**
     * A sampler, started.
     *
     * @param told of each sample
     */
    public Sampler(TaskApi api, List<String> types, Duration every, CpuMeter cpu, Consumer<Sample> told) {
        looks = new Repeated("sampler", every, () -> {
            cpu.sample();
            try {
                TaskApi.Depth depth = api.depth(types);
                Sample sample = new Sample(Instant.now(), depth.running(), depth.queued());
                samples.add(sample);
                told.accept(sample);
            } catch (IOException noAnswer) {
                away = away.plus(every);
            }
        });
    }

    /** The samples of a span of time. */
    public List<Sample> between(Instant from, Instant to) {
        return samples.stream()
                .filter(each -> !each.at().isBefore(from) && !each.at().isAfter(to))
                .toList();
    }

    /** Time without an answer from the API or its store, roughly. */
    public Duration away() {
        return away;
    }

    @Override
    public void close() {
        looks.close();
    }
}
