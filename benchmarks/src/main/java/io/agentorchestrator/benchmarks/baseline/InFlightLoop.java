package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a number of tasks in flight: as one ends, the next begins. What ends after the warm-up and before the end is measured;
 * what is still in flight then is waited for and not.
 */
final class InFlightLoop {
    private static final Logger LOG = LoggerFactory.getLogger(InFlightLoop.class);
    /** Far longer than any task of the mix takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final TaskMix mix;
    private final Submit submit;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong completedInAll = new AtomicLong();
    private final List<Double> latenciesMillis = new ArrayList<>();
    private long failed;

    InFlightLoop(TaskMix mix, Submit submit) {
        this.mix = mix;
        this.submit = submit;
    }

    /** Begins a task; what it returns says, once the task has ended, whether it completed. */
    interface Submit {
        CompletableFuture<Boolean> submit(MixedTask task);
    }

    /** Blocks until everything that was begun has ended. To be called once. */
    Summary run(int inFlight, Duration warmUp, Duration duration) throws InterruptedException {
        long from = System.nanoTime() + warmUp.toNanos();
        long to = from + duration.toNanos();
        List<Thread> lanes = new ArrayList<>();
        for (int lane = 0; lane < inFlight; lane++) {
            lanes.add(Thread.ofVirtual().name("lane-" + lane).start(() -> oneByOne(from, to)));
        }
        for (Thread lane : lanes) {
            lane.join();
        }
        synchronized (this) {
            double[] latencies =
                    latenciesMillis.stream().mapToDouble(Double::doubleValue).toArray();
            return new Summary(latencies, (to - from) / NANOS_PER_SECOND, failed);
        }
    }

    /** Tasks that completed at any time, warm-up included. */
    long completedInAll() {
        return completedInAll.get();
    }

    private void oneByOne(long from, long to) {
        while (System.nanoTime() - to < 0) {
            long begun = System.nanoTime();
            boolean completed = completes(mix.task(numbers.getAndIncrement()));
            if (completed) {
                completedInAll.incrementAndGet();
            }
            record(begun, System.nanoTime(), from, to, completed);
        }
    }

    private boolean completes(MixedTask task) {
        try {
            return submit.submit(task).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | RuntimeException e) {
            LOG.warn("a task did not complete: {}", e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A failure counts whenever it happens: it would throw doubt on the whole. */
    private synchronized void record(long begun, long ended, long from, long to, boolean completed) {
        if (!completed) {
            failed++;
        } else if (ended - from >= 0 && ended - to < 0) {
            latenciesMillis.add((ended - begun) / NANOS_PER_MILLI);
        }
    }
}
