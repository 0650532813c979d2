package io.agentorchestrator.benchmarks.loadtest.measure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/** Watches what creeps up: heaps, connections, dead rows, the size of the tables. On a thread of its own; thread-safe. */
public final class Vitals implements AutoCloseable {
    private static final String CONNECTIONS = "hikaricp_connections";
    private static final String TAKEN = "hikaricp_connections_acquire_seconds_count";

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
            long connections,
            long deadRows,
            long tableBytes) {}

    private final List<Vital> seen = new CopyOnWriteArrayList<>();
    private final Repeated looks;

    /** Watches, from now on. */
    public Vitals(Prometheus api, Prometheus worker, Duration every) {
        looks = new Repeated("vitals", every, () -> {
            String ofApi = api.text().orElse("");
            String ofWorker = worker.text().orElse("");
            seen.add(new Vital(
                    Instant.now(),
                    Prometheus.heapBytes(ofApi).orElse(0),
                    Prometheus.total(ofApi, TAKEN),
                    Prometheus.heapBytes(ofWorker).orElse(0),
                    (long) (Prometheus.total(ofApi, CONNECTIONS) + Prometheus.total(ofWorker, CONNECTIONS)),
                    (long) Prometheus.total(ofWorker, "store_table_dead_rows"),
                    (long) Prometheus.total(ofWorker, "store_table_bytes")));
        });
    }

    /** All that was seen. */
    public List<Vital> seen() {
        return List.copyOf(seen);
    }

    /** The most of something that was seen; 0 where nothing was. */
    public static double peak(List<Vital> vitals, ToDoubleFunction<Vital> value) {
        return vitals.stream().mapToDouble(value).max().orElse(0);
    }

    @Override
    public void close() {
        looks.close();
    }
}
