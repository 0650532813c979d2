package io.agentorchestrator.benchmarks.loadtest.measure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/** Watches what creeps up: heaps, connections, dead rows, the size of the tables. On a thread of its own; thread-safe. */
public final class Vitals implements AutoCloseable {
    private static final String CONNECTIONS = "hikaricp_connections";

    /**
     * The values at one moment; zero where one could not be read.
     *
     * @param connections of the pools of api and worker
     * @param deadRows of the tables that the worker tells of, as is tableBytes; it looks at them every 10 s
     * @param apiTaken how often the api has taken a connection of one of its pools, ever: about once a statement or transaction
     */
    public record Vital(
            Instant at,
            double apiHeap,
            double apiTaken,
            double workerHeap,
            double connections,
            double deadRows,
            double tableBytes) {}

    private final List<Vital> seen = new CopyOnWriteArrayList<>();
    private final Repeated looks;

    /** Watches, from now on. */
    public Vitals(Prometheus api, Prometheus worker, Duration every) {
        looks = new Repeated("vitals", every, () -> {
            String ofApi = api.text();
            String ofWorker = worker.text();
            seen.add(new Vital(
                    Instant.now(),
                    Prometheus.heapBytes(ofApi),
                    Prometheus.total(ofApi, "hikaricp_connections_acquire_seconds_count"),
                    Prometheus.heapBytes(ofWorker),
                    Prometheus.total(ofApi, CONNECTIONS) + Prometheus.total(ofWorker, CONNECTIONS),
                    Prometheus.total(ofWorker, "store_table_dead_rows"),
                    Prometheus.total(ofWorker, "store_table_bytes")));
        });
    }

    /** All that was seen so far. */
    public List<Vital> seen() {
        return List.copyOf(seen);
    }

    /** The most of something that was seen; 0 where nothing was. */
    public double peak(ToDoubleFunction<Vital> value) {
        return peak(seen, value);
    }

    /** The most of something in these; 0 where there are none. */
    public static double peak(List<Vital> vitals, ToDoubleFunction<Vital> value) {
        return vitals.stream().mapToDouble(value).max().orElse(0);
    }

    /** The least of something in these that was read; 0 where it was not. Of a heap it comes right after a collection. */
    public static double least(List<Vital> vitals, ToDoubleFunction<Vital> value) {
        return vitals.stream().mapToDouble(value).filter(read -> read > 0).min().orElse(0);
    }

    /** The part of these that was seen from one moment until before another. */
    public static List<Vital> between(List<Vital> vitals, Instant from, Instant to) {
        return vitals.stream()
                .filter(each -> !each.at().isBefore(from) && each.at().isBefore(to))
                .toList();
    }

    /** The growth of something a second, from the first of these to the last; 0 where there are not two. */
    public static double perSecond(List<Vital> vitals, ToDoubleFunction<Vital> value) {
        if (vitals.size() < 2) {
            return 0;
        }
        Vital first = vitals.getFirst();
        Vital last = vitals.getLast();
        double seconds = Duration.between(first.at(), last.at()).toMillis() / 1e3;
        return (value.applyAsDouble(last) - value.applyAsDouble(first)) / Math.max(1e-3, seconds);
    }

    @Override
    public void close() {
        looks.close();
    }
}
