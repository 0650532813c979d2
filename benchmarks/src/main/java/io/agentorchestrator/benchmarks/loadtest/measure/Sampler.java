package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi.Depth;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks at what runs and waits, at regular times, on a thread of its own. Thread-safe. */
public final class Sampler implements AutoCloseable {
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(70);

    /** The numbers of tasks at one moment. */
    public record Sample(Instant at, long running, long queued) {}

    private final TaskApi api;
    private final List<String> types;
    private final Duration every;
    private final CpuMeter cpu;
    private final Consumer<Sample> told;
    private final List<Sample> samples = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("sampler").unstarted(this::run);
    private volatile Duration away = Duration.ZERO;

    /**
     * A sampler, started.
     *
     * @param told of each sample
     */
    public Sampler(TaskApi api, List<String> types, Duration every, CpuMeter cpu, Consumer<Sample> told) {
        this.api = api;
        this.types = List.copyOf(types);
        this.every = every;
        this.cpu = cpu;
        this.told = told;
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                cpu.sample();
                try {
                    Depth depth = api.depth(types);
                    Sample sample = new Sample(Instant.now(), depth.running(), depth.queued());
                    synchronized (samples) {
                        samples.add(sample);
                    }
                    told.accept(sample);
                } catch (IOException noAnswer) {
                    away = away.plus(every);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The samples of a span of time. */
    public List<Sample> between(Instant from, Instant to) {
        synchronized (samples) {
            return samples.stream()
                    .filter(each -> !each.at().isBefore(from) && !each.at().isAfter(to))
                    .toList();
        }
    }

    /** Time without an answer from the API or its store, roughly. */
    public Duration away() {
        return away;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(JOIN_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
