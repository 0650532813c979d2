package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.loop.StepGuard;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value of the store that is read beside those who ask for it, and read on for a while after the last of them did: mostly nobody waits. A
 * library's cache would throw a value away that is still good when it cannot be read anew, and warn of each reading that fails. Thread-safe.
 */
final class Cached<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Cached.class);
    private static final Duration OLD = Duration.ofSeconds(1);
    /** From this age on it is read anew. */
    private static final Duration AGEING = Duration.ofMillis(500);
    /** Whoever finds it old waits for so long, and nobody does for as long after the store has not answered. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final Supplier<T> reader;
    private final Duration wanted;
    private final StepGuard guard = new StepGuard(LOG, "reading on");
    private volatile @Nullable Read<T> last;
    private volatile @Nullable Long failedAtNanos;
    private volatile long askedAtNanos;
    private @Nullable CompletableFuture<Read<T>> reading;

    /** @param wanted how long after it was last asked for it is read on */
    Cached(Supplier<T> reader, Duration wanted) {
        this.reader = reader;
        this.wanted = wanted;
    }

    private record Read<T>(T value, long atNanos) {
        boolean isOlderThan(Duration age) {
            return System.nanoTime() - atNanos > age.toNanos();
        }
    }

    /** The value as of a second ago at most; empty while the store does not answer. */
    Optional<T> get() {
        askedAtNanos = System.nanoTime();
        Read<T> known = last;
        if (known != null && !known.isOlderThan(AGEING)) {
            return Optional.of(known.value());
        }
        Long failedAt = failedAtNanos;
        if (failedAt != null && System.nanoTime() - failedAt < PATIENCE.toNanos()) {
            return Optional.empty();
        }
        CompletableFuture<Read<T>> next = read();
        return known != null && !known.isOlderThan(OLD) ? Optional.of(known.value()) : await(next);
    }

    private Optional<T> await(CompletableFuture<Read<T>> next) {
        try {
            return Optional.of(
                    next.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS).value());
        } catch (TimeoutException | ExecutionException storeAway) {
            failedAtNanos = System.nanoTime();
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized CompletableFuture<Read<T>> read() {
        CompletableFuture<Read<T>> under = reading;
        if (under == null || under.isDone()) {
            under = CompletableFuture.supplyAsync(this::readNow, Thread::startVirtualThread);
            reading = under;
        }
        return under;
    }

    private Read<T> readNow() {
        long began = System.nanoTime();
        try {
            Read<T> read = new Read<>(reader.get(), began);
            last = read;
            failedAtNanos = null;
            return read;
        } catch (RuntimeException storeAway) {
            LOG.debug("the store cannot be read", storeAway);
            throw storeAway;
        } finally {
            guard.after(AGEING, this::readOn);
        }
    }

    /** Unless somebody else has read it since. */
    private void readOn() {
        Read<T> known = last;
        if (System.nanoTime() - askedAtNanos < wanted.toNanos() && (known == null || known.isOlderThan(AGEING))) {
            CompletableFuture<Read<T>> _ = read();
        }
    }
}
