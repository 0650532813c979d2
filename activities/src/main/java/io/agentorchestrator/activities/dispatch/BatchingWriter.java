package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.loop.LoopThread;
import io.agentorchestrator.activities.loop.StepGuard;
import io.agentorchestrator.store.transaction.StoreOutage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes one kind of thing to the store, in sets: whatever came while the last transaction was under way goes together into the next. Nobody
 * waits for it; what came of a set is told by whoever writes it. A store that is away is waited for; one thing that it refuses, or on which
 * its writer fails by a mistake of ours, does not hold up its neighbours. Thread-safe.
 *
 * @param <T> a thing to write
 */
final class BatchingWriter<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchingWriter.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofSeconds(2);
    /** Attempts at one thing on which its writer fails by a mistake of ours, before it is refused. */
    private static final int MAX_TRIES = 3;

    private final Gather gather;
    private final int maxSet;
    private final Writer<T> writer;
    private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();
    private final StepGuard guard;
    private final Thread thread;
    private volatile boolean closed;
    private double perSecond;
    /** Size of the last set: after a thing that came alone, what comes next is not kept waiting. */
    private int lastSize;

    /** Starts its thread, which ends with {@link #close}. */
    BatchingWriter(String name, Gather gather, int maxSet, Writer<T> writer) {
        this.gather = gather;
        this.maxSet = maxSet;
        this.writer = writer;
        // Not virtual: all batches wait for it, and it is not to wait in line behind them.
        this.guard = new StepGuard(LOG, name);
        this.thread = LoopThread.start(LOG, name, () -> !closed, this::run);
    }

    /** Writes sets of things. */
    interface Writer<T> {
        /**
         * Writes them all, or none.
         *
         * @throws DataIntegrityViolationException if the store refuses something in it
         */
        void write(List<T> set);

        /** This very thing cannot be written: the store refuses it, or its writer fails on it. */
        void refused(T thing, Throwable why);
    }

    /**
     * Time to gather before a transaction. Under load fewer and larger ones are worth a moment: a commit costs as much as a dozen rows.
     * At a lower rate nothing waits.
     *
     * @param fromPerSecond the rate from which on things are gathered
     * @param duration the time to gather, then
     */
    record Gather(double fromPerSecond, Duration duration) {
        static final Gather NEVER = new Gather(Double.MAX_VALUE, Duration.ZERO);
    }

    void add(T thing) {
        queue.add(thing);
    }

    void addAll(List<T> things) {
        queue.addAll(things);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        long lastNanos = System.nanoTime();
        try {
            while (!closed) {
                List<T> set = new ArrayList<>();
                set.add(queue.take());
                if (perSecond >= gather.fromPerSecond() && lastSize > 1) {
                    long left = gather.duration().toNanos() - (System.nanoTime() - lastNanos);
                    if (left > 0) {
                        TimeUnit.NANOSECONDS.sleep(left);
                    }
                }
                queue.drainTo(set, maxSet - 1);
                lastSize = set.size();
                long now = System.nanoTime();
                measure(set.size(), now - lastNanos);
                lastNanos = now;
                writeUntilDone(set);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** An exponentially weighted rate over about the last tenth of a second. */
    private void measure(int count, long sinceLastNanos) {
        double seconds = Math.max(1e-4, sinceLastNanos / 1e9);
        double weight = 1 - Math.exp(-seconds / 0.1);
        perSecond += weight * (count / seconds - perSecond);
    }

    /** Halves a set that cannot be written until what is at fault stands alone. */
    private void writeUntilDone(List<T> set) throws InterruptedException {
        Deque<List<T>> left = new ArrayDeque<>(List.of(set));
        long waitMillis = FIRST_RETRY.toMillis();
        int tries = 0;
        while (!left.isEmpty() && !closed) {
            List<T> next = left.removeFirst();
            Throwable failure = write(next);
            boolean away = failure != null && StoreOutage.isOutage(failure);
            boolean mistake = failure != null && !away && !(failure instanceof DataIntegrityViolationException);
            if (failure == null) {
                waitMillis = FIRST_RETRY.toMillis();
            } else if (!away && next.size() > 1) {
                int half = next.size() / 2;
                left.addFirst(next.subList(half, next.size()));
                left.addFirst(next.subList(0, half));
            } else if (away || (mistake && ++tries < MAX_TRIES)) {
                left.addFirst(next);
                TimeUnit.MILLISECONDS.sleep(waitMillis);
                waitMillis = Math.min(2 * waitMillis, LAST_RETRY.toMillis());
            } else {
                tries = 0;
                guard.run(() -> writer.refused(next.getFirst(), failure));
            }
        }
    }

    /** Null if the set is written; what the store refuses is for its writer to say. */
    private @Nullable Throwable write(List<T> set) {
        try {
            writer.write(set);
            guard.done();
            return null;
        } catch (DataIntegrityViolationException refused) {
            return refused;
        } catch (RuntimeException | Error failure) {
            guard.failed(failure);
            return failure;
        }
    }
}
