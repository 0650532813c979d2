package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Accepted;
import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Refused;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Submits as fast as is answered, with so many requests under way, while fewer tasks than a bound have not ended: finds what the
 * system can do, not how it does under a given load. Thread-safe.
 */
public final class ClosedLoop implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(100);

    private final Sender sender;
    private final Requests source;
    private final TaskLog log;
    private final IntSupplier open;
    private final int maxOpen;
    private final Tally refused = new Tally();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * A loop, at work.
     *
     * @param open how many acknowledged tasks are not known to have ended
     * @param maxOpen at which it waits
     * @param underWay requests at once
     */
    public ClosedLoop(Sender sender, Requests source, TaskLog log, IntSupplier open, int maxOpen, int underWay) {
        this.sender = sender;
        this.source = source;
        this.log = log;
        this.open = open;
        this.maxOpen = maxOpen;
        for (int i = 0; i < underWay; i++) {
            threads.add(Thread.startVirtualThread(this::work));
        }
    }

    private void work() {
        try {
            while (!stopped) {
                if (open.getAsInt() >= maxOpen) {
                    Thread.sleep(PAUSE);
                } else {
                    submit();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit() throws InterruptedException {
        Request request;
        synchronized (source) {
            request = source.next();
        }
        long micros = TaskLog.micros(Instant.now());
        long nanos = System.nanoTime();
        switch (sender.send(request, null)) {
            case Accepted accepted -> log.add(accepted.ids(), micros, (System.nanoTime() - nanos) / 1_000);
            case Refused not -> {
                refused.add(not.kind(), request.tasks());
                Thread.sleep(AFTER_REFUSAL);
            }
        }
    }

    /** Tasks that were not acknowledged. */
    public Tally refused() {
        return refused;
    }

    /** Submits no more; returns when every request has been answered. */
    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
