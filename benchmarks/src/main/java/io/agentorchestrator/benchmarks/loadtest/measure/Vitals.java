package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.store.LoadStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Watches what creeps up: heaps, connections, dead rows, the size of the tables. On a thread of its own; thread-safe. */
public final class Vitals implements AutoCloseable {
    private static final String TAKEN = "hikaricp_connections_acquire_seconds_count";

    /**
     * What was seen at a moment; zero where it could not be read.
     *
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
    private final LoadStore store;
    private final Duration every;
    private final List<Vital> seen = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("vitals").unstarted(this::run);

    /**
     * Watches, from now on.
     *
     * @param store which it closes
     */
    public Vitals(String apiUrl, String workerUrl, LoadStore store, Duration every) {
        this.api = new Prometheus(apiUrl);
        this.worker = new Prometheus(workerUrl);
        this.store = store;
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
        long connections = 0;
        long dead = 0;
        long bytes = 0;
        try {
            connections = store.number("select count(*) from pg_stat_activity where datname = current_database()");
            dead = store.number("select coalesce(sum(n_dead_tup), 0)::bigint from pg_stat_user_tables");
            bytes = store.number(
                    "select coalesce(sum(pg_total_relation_size(relid)), 0)::bigint from pg_stat_user_tables");
        } catch (SQLException away) {
            store.recover();
        }
        return new Vital(
                Instant.now(),
                Prometheus.heapBytes(ofApi).orElse(0),
                Prometheus.total(ofApi, TAKEN),
                Prometheus.heapBytes(ofWorker).orElse(0),
                connections,
                dead,
                bytes);
    }

    /** All that was seen. */
    public List<Vital> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    @Override
    public void close() throws SQLException {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        api.close();
        worker.close();
        store.close();
    }
}
