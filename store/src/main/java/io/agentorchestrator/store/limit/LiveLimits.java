package io.agentorchestrator.store.limit;

import io.agentorchestrator.workflows.limit.CapacityLimit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits as this process goes by them: as they were when the store was read last. Who decides by them asks for
 * {@link #refreshIfOld} first. Thread-safe.
 */
public final class LiveLimits {
    /** Time between two reads. */
    public static final Duration READ_EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(LiveLimits.class);

    private final Supplier<List<StoredLimit>> store;
    private final LongSupplier nanoTime;
    private volatile @Nullable Map<String, CapacityLimit> limits;
    private volatile long readAt;

    /** Reads the store when it is asked first, and whenever told to. */
    public LiveLimits(Supplier<List<StoredLimit>> store) {
        this(store, System::nanoTime);
    }

    LiveLimits(Supplier<List<StoredLimit>> store, LongSupplier nanoTime) {
        this.store = store;
        this.nanoTime = nanoTime;
    }

    /** Reads the store if that was longer ago than {@link #READ_EVERY}. */
    public void refreshIfOld() {
        if (limits == null || nanoTime.getAsLong() - readAt >= READ_EVERY.toNanos()) {
            refresh();
        }
    }

    /** Reads the store. */
    public void refresh() {
        long begun = nanoTime.getAsLong();
        Map<String, CapacityLimit> before = limits;
        Map<String, CapacityLimit> read = new LinkedHashMap<>();
        store.get().forEach(stored -> read.put(stored.limit().name(), stored.limit()));
        limits = read;
        readAt = begun;
        if (!read.equals(before == null ? Map.of() : before)) {
            LOG.info("limits: {}", read.values());
        }
    }

    private Map<String, CapacityLimit> limits() {
        Map<String, CapacityLimit> known = limits;
        if (known == null) {
            refresh();
            known = limits;
        }
        return known == null ? Map.of() : known;
    }

    /** All of them, by name. */
    public List<CapacityLimit> all() {
        return List.copyOf(limits().values());
    }

    /** The limit of a key; empty if there is none any more. */
    public Optional<CapacityLimit> ofKey(String key) {
        return Optional.ofNullable(limits().get(CapacityLimit.nameIn(key)));
    }
}
