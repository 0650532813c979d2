package io.agentorchestrator.benchmarks.loadtest.measure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

    private final Prometheus api;
    private final Prometheus worker;
    private final Duration every;
    private final List<Vital> seen = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("vitals").unstarted(this::run);

    /** Watches, from now on. */
    public Vitals(String apiUrl, String workerUrl, Duration every) {
        this.api = new Prometheus(apiUrl);
        this.worker = new Prometheus(workerUrl);
        this.every = every;
        thread.start();
    }

    private void run() {
        try {
            do {
                Vital vital = look();
                synchronized (seen) {
                    seen.add(vital);
                }
            } while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Vital look() throws InterruptedException {
        String ofApi = api.text().orElse("");
        String ofWorker = worker.text().orElse("");
        return new Vital(
                Instant.now(),
                Prometheus.heapBytes(ofApi).orElse(0),
                Prometheus.total(ofApi, TAKEN),
                Prometheus.heapBytes(ofWorker).orElse(0),
                (long) (Prometheus.total(ofApi, CONNECTIONS) + Prometheus.total(ofWorker, CONNECTIONS)),
                (long) Prometheus.total(ofWorker, "store_table_dead_rows"),
                (long) Prometheus.total(ofWorker, "store_table_bytes"));
    }

    /** All that was seen. */
    public List<Vital> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        api.close();
        worker.close();
    }
}
