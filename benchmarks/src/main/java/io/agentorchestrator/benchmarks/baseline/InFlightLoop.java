package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
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

    private final TaskMix mix;
    private final Function<MixedTask, CompletableFuture<Boolean>> submit;
    private final AtomicLong numbers = new AtomicLong();
    private final Histogram latencies = Latencies.histogram();
    private long completedInAll;
    private long failed;

    /** @param submit begins a task; what it returns says, once the task has ended, whether it completed */
    InFlightLoop(TaskMix mix, Function<MixedTask, CompletableFuture<Boolean>> submit) {
        this.mix = mix;
        this.submit = submit;
    }

    /** Blocks until everything that was begun has ended. To be called once. */
    Summary run(int inFlight, Duration warmUp, Duration duration) {
        long from = System.nanoTime() + warmUp.toNanos();
        long to = from + duration.toNanos();
        try (ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int lane = 0; lane < inFlight; lane++) {
                lanes.execute(() -> oneByOne(from, to));
            }
        }
        return new Summary(latencies, duration.toNanos() / 1e9, failed);
    }

    /** Tasks that completed at any time, warm-up included. */
    synchronized long completedInAll() {
        return completedInAll;
    }

    private void oneByOne(long from, long to) {
        while (System.nanoTime() - to < 0) {
            long begun = System.nanoTime();
            boolean completed = completes(mix.task(numbers.getAndIncrement()));
            record(begun, System.nanoTime(), from, to, completed);
        }
    }

    private boolean completes(MixedTask task) {
        try {
            return submit.apply(task).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
            return;
        }
        completedInAll++;
        if (ended - from >= 0 && ended - to < 0) {
            Latencies.record(latencies, (ended - begun) / 1_000);
        }
    }
}
