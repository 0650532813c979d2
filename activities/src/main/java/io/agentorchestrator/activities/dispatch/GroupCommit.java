package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes what all batches of a worker have to write of one kind: what is given while a transaction is under way, and within a short while
 * after it, goes together into the next. A lone one is written at once. Thread-safe.
 *
 * @param <I> what a batch writes at a time
 * @param <O> what came of it
 */
final class GroupCommit<I, O> {
    /** Sets in one transaction at most; each is of one batch, and no larger than that. */
    private static final int MAX_SETS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final String name;
    private final Pace pace;
    private final ToIntFunction<I> size;
    private final BiConsumer<List<I>, Consumer<List<O>>> store;
    private final BlockingQueue<Waiting<I, O>> queue = new LinkedBlockingQueue<>();

    /**
     * Starts its thread, which ends with the process.
     *
     * @param size the rows of a set
     * @param store writes sets in one transaction, and tells what came of each, in their order, once that is safe
     */
    GroupCommit(String name, Pace pace, ToIntFunction<I> size, BiConsumer<List<I>, Consumer<List<O>>> store) {
        this.name = name;
        this.pace = pace;
        this.size = size;
        this.store = store;
        // Not virtual: all batches wait for it, and it is not to wait in line behind them.
        Thread.ofPlatform().daemon().name(name).start(this::writeForEver);
    }

    /**
     * Between the beginnings of two transactions, where there is load: a set that is worth its commit has then come together.
     *
     * @param forOne for each row of the last transaction; as long as nobody writes more often than this, nothing waits
     * @param most no longer for the sake of rows
     * @param share for each part that the transaction took, so many parts in all: the longer one takes, the more of them go together, which is
     *     what gets a machine out of being late
     * @param mostLate no longer in any case
     */
    record Pace(Duration forOne, Duration most, int share, Duration mostLate) {
        /** A chain of tasks, one every 5 ms and more, goes on at once. */
        static final Pace OF_OUTCOMES = new Pace(Duration.ofMillis(5), Duration.ofMillis(30), 3, Duration.ofMillis(60));

        /** Agents wait for these, with slots that are kept for them. */
        static final Pace OF_DISPATCHES =
                new Pace(Duration.ofMillis(5), Duration.ofMillis(10), 2, Duration.ofMillis(30));

        /** How long after its beginning the next transaction begins. */
        long nanosAfter(long rows, long tookNanos) {
            long forRows = Math.min(most.toNanos(), rows * forOne.toNanos());
            long forTime = Math.min(mostLate.toNanos(), share * tookNanos);
            return rows == 1 ? Math.min(forRows, forTime) : Math.max(forRows, forTime);
        }
    }

    /**
     * Writes the set and returns what came of it.
     *
     * @throws DataIntegrityViolationException if the store refuses something in this very set
     * @throws RuntimeException if the store is away; the set may have been written all the same
     */
    O write(I set) {
        Waiting<I, O> waiting = new Waiting<>(set, new CompletableFuture<>());
        queue.add(waiting);
        try {
            return waiting.written().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(name + " failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the worker stops during " + name, e);
        }
    }

    private void writeForEver() {
        long begunNanos = System.nanoTime();
        long paceNanos = 0;
        try {
            while (true) {
                List<Waiting<I, O>> sets = new ArrayList<>();
                sets.add(queue.take());
                long restNanos = paceNanos - (System.nanoTime() - begunNanos);
                if (restNanos > 0) {
                    TimeUnit.NANOSECONDS.sleep(restNanos);
                }
                begunNanos = System.nanoTime();
                queue.drainTo(sets, MAX_SETS - 1);
                write(sets);
                paceNanos = pace.nanosAfter(rows(sets), System.nanoTime() - begunNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long rows(List<Waiting<I, O>> sets) {
        return sets.stream().mapToLong(set -> size.applyAsInt(set.set())).sum();
    }

    /** Every one of these is completed when this returns. */
    private void write(List<Waiting<I, O>> sets) {
        try {
            store.accept(sets.stream().map(Waiting::set).toList(), answers -> {
                for (int set = 0; set < sets.size(); set++) {
                    sets.get(set).written().complete(answers.get(set));
                }
            });
        } catch (DataIntegrityViolationException refused) {
            if (sets.size() == 1) {
                sets.getFirst().written().completeExceptionally(refused);
            } else {
                sets.forEach(set -> write(List.of(set))); // one set must not hold up its neighbours
            }
        } catch (RuntimeException away) {
            if (sets.getFirst().written().isDone()) {
                LOG.warn("what was written could not be passed on ({})", name, away);
            }
            sets.forEach(set -> set.written().completeExceptionally(away));
        } catch (Error e) {
            // It goes on: without it no batch would ever end again.
            LOG.error("{} failed badly", name, e);
            sets.forEach(set -> set.written().completeExceptionally(e));
        }
    }

    private record Waiting<I, O>(I set, CompletableFuture<O> written) {}
}
