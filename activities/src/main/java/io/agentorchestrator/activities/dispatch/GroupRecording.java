package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunOutcomes;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Records the outcomes of all lots of a worker: what is reported while a transaction is under way, and within a short while after it,
 * goes together into the next. A lone outcome is recorded at once. Thread-safe.
 */
final class GroupRecording {
    /** Between the beginnings of two transactions, where there is load: a set that is worth its commit has then come together. */
    static final Duration MAX_PACE = Duration.ofMillis(30);

    /** For each outcome of the last transaction: below 200 a second nothing waits, so that a chain of tasks goes on at once. */
    private static final Duration PACE_OF_ONE = Duration.ofMillis(5);

    /** Sets in one transaction at most; each is of one lot, and no larger than that. */
    static final int MAX_SETS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(GroupRecording.class);

    private final BiConsumer<List<RunOutcomes>, Consumer<List<Recorded>>> store;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();

    GroupRecording(OutcomeStore store) {
        this(store::record);
    }

    /** Records by what the tests choose, which tells what came of each set once that is safe. */
    GroupRecording(BiConsumer<List<RunOutcomes>, Consumer<List<Recorded>>> store) {
        this.store = store;
        // Not virtual: all lots wait for it, and it is not to wait in line behind them.
        Thread.ofPlatform().daemon().name("group-recording").start(this::recordForEver);
    }

    /**
     * Records the set and returns what came of it.
     *
     * @throws DataIntegrityViolationException if the store refuses something in this very set
     * @throws RuntimeException if the store is away; the outcomes may have been recorded all the same
     */
    Recorded record(RunOutcomes outcomes) {
        Waiting waiting = new Waiting(outcomes, new CompletableFuture<>());
        queue.add(waiting);
        try {
            return waiting.recorded().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("outcomes could not be recorded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the worker stops while outcomes are being recorded", e);
        }
    }

    private void recordForEver() {
        long begunNanos = System.nanoTime();
        long paceNanos = 0;
        try {
            while (true) {
                List<Waiting> sets = new ArrayList<>();
                sets.add(queue.take());
                long restNanos = paceNanos - (System.nanoTime() - begunNanos);
                if (restNanos > 0) {
                    TimeUnit.NANOSECONDS.sleep(restNanos);
                }
                begunNanos = System.nanoTime();
                queue.drainTo(sets, MAX_SETS - 1);
                paceNanos = paceNanosAfter(sets);
                record(sets);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long paceNanosAfter(List<Waiting> sets) {
        long outcomes =
                sets.stream().mapToLong(set -> set.outcomes().outcomes().size()).sum();
        return Math.min(MAX_PACE.toNanos(), outcomes * PACE_OF_ONE.toNanos());
    }

    /** Every one of these is completed when this returns. */
    private void record(List<Waiting> sets) {
        try {
            store.accept(sets.stream().map(Waiting::outcomes).toList(), recorded -> {
                for (int set = 0; set < sets.size(); set++) {
                    sets.get(set).recorded().complete(recorded.get(set));
                }
            });
        } catch (DataIntegrityViolationException refused) {
            if (sets.size() == 1) {
                sets.getFirst().recorded().completeExceptionally(refused);
            } else {
                sets.forEach(set -> record(List.of(set))); // one set must not hold up its neighbours
            }
        } catch (RuntimeException away) {
            if (sets.getFirst().recorded().isDone()) {
                LOG.warn("What was recorded could not be passed on", away);
            }
            sets.forEach(set -> set.recorded().completeExceptionally(away));
        } catch (Error e) {
            // The recorder goes on: without it no lot would ever end again.
            LOG.error("Recording failed badly", e);
            sets.forEach(set -> set.recorded().completeExceptionally(e));
        }
    }

    private record Waiting(RunOutcomes outcomes, CompletableFuture<Recorded> recorded) {}
}
