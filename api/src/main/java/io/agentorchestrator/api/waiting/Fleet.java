package io.agentorchestrator.api.waiting;

import io.agentorchestrator.store.waiting.ServingAgent;
import io.agentorchestrator.store.waiting.WaitReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The agents, as of a second ago at most. However many ask, the store is asked twice a second, beside them. Thread-safe. */
@Component
public final class Fleet {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final Duration OLD = Duration.ofSeconds(1);
    /** From this age on it is read anew, so that mostly nobody waits for it. */
    private static final Duration AGEING = Duration.ofMillis(500);
    /** Whoever finds it old waits for so long, and nobody does for as long after the store has not answered. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final Cached<FleetView> agents;
    private final Cached<Map<String, Integer>> tasks;

    Fleet(WaitReader reader) {
        this.agents = new Cached<>(() -> new FleetView(reader.agents()));
        this.tasks = new Cached<>(reader::tasksByAgent);
    }

    /** The agents; empty while the store does not answer. */
    public Optional<FleetView> now() {
        return agents.get();
    }

    /** How many of their slots these agents use. */
    Optional<Integer> busySlots(List<ServingAgent> of) {
        return tasks.get()
                .map(byAgent -> of.stream()
                        .mapToInt(agent -> Math.min(agent.slots(), byAgent.getOrDefault(agent.agentId(), 0)))
                        .sum());
    }

    /** A value that is read beside those who ask for it. */
    private static final class Cached<T> {
        private final Supplier<T> reader;
        private volatile @Nullable Read<T> last;
        private volatile @Nullable Long failedAtNanos;
        private @Nullable CompletableFuture<Read<T>> reading;

        Cached(Supplier<T> reader) {
            this.reader = reader;
        }

        private record Read<T>(T value, long atNanos) {
            boolean isOlderThan(Duration age) {
                return System.nanoTime() - atNanos > age.toNanos();
            }
        }

        Optional<T> get() {
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
            if (under != null && !under.isDone()) {
                return under;
            }
            CompletableFuture<Read<T>> begun = CompletableFuture.supplyAsync(this::readNow, Thread::startVirtualThread);
            reading = begun;
            return begun;
        }

        private Read<T> readNow() {
            try {
                long began = System.nanoTime();
                Read<T> read = new Read<>(reader.get(), began);
                last = read;
                failedAtNanos = null;
                return read;
            } catch (RuntimeException storeAway) {
                LOG.debug("the agents cannot be read", storeAway);
                throw storeAway;
            }
        }
    }
}
