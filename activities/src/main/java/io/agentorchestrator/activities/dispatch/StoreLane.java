package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Writes one kind of thing to the store, in sets: whatever came while the last transaction was under way goes together into the next. Nobody
 * waits for it; what came of a set is told by whoever writes it. A store that is away is waited for, and one thing that it refuses does not
 * hold up its neighbours. Thread-safe.
 *
 * @param <T> a thing to write
 */
final class StoreLane<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLane.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofSeconds(2);

    private final String name;
    private final Gather gather;
    private final int maxSet;
    private final Writer<T> writer;
    private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    private double perSecond;
    /** Of the last set: after one that came alone, what comes next is not kept waiting. */
    private int lastSize;

    /** Starts its thread, which ends with {@link #close}. */
    StoreLane(String name, Gather gather, int maxSet, Writer<T> writer) {
        this.name = name;
        this.gather = gather;
        this.maxSet = maxSet;
        this.writer = writer;
        // Not virtual: all batches wait for it, and it is not to wait in line behind them.
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
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
        void refused(T thing, RuntimeException why);
    }

    /**
     * How long to gather before a transaction. Under load fewer and larger ones are worth a moment: a commit costs as much as a dozen rows.
     * At a lower rate nothing waits.
     *
     * @param fromPerSecond the rate from which on things are gathered
     * @param duration how long, then
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

    private void writeUntilDone(List<T> set) throws InterruptedException {
        long waitMillis = FIRST_RETRY.toMillis();
        boolean away = false;
        while (!closed) {
            try {
                write(set);
                if (away) {
                    LOG.info("the store is back: {} goes on", name);
                }
                return;
            } catch (DataAccessException | TransactionException failure) {
                if (!away) {
                    LOG.warn("{} waits for the store: {}", name, failure.getMessage());
                }
                away = true;
                TimeUnit.MILLISECONDS.sleep(waitMillis);
                waitMillis = Math.min(2 * waitMillis, LAST_RETRY.toMillis());
            }
        }
    }

    private void write(List<T> set) {
        try {
            writer.write(set);
        } catch (DataIntegrityViolationException refused) {
            writeApart(set, refused);
        } catch (DataAccessException | TransactionException away) {
            throw away;
        } catch (RuntimeException unexpected) {
            LOG.error("{} met what it did not expect, with {} things", name, set.size(), unexpected);
            writeApart(set, unexpected);
        }
    }

    /** Halves the set until what cannot be written stands alone. */
    private void writeApart(List<T> set, RuntimeException why) {
        if (set.size() == 1) {
            writer.refused(set.getFirst(), why);
            return;
        }
        int half = set.size() / 2;
        write(set.subList(0, half));
        write(set.subList(half, set.size()));
    }
}
