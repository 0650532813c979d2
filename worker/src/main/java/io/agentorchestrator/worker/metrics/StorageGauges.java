package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.retention.TableSizes;
import io.agentorchestrator.store.retention.TableSizes.TableSize;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes how large the store's tables are, and how old. Not thread-safe. */
final class StorageGauges {
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final TableSizes sizes;
    private final MultiGauge bytes;
    private final MultiGauge rows;
    private final MultiGauge oldest;
    private @Nullable Long publishedNanos;

    StorageGauges(TableSizes sizes, MeterRegistry registry) {
        this.sizes = sizes;
        this.bytes = MultiGauge.builder("store_table_bytes")
                .description("Bytes of a table with its partitions and indexes")
                .register(registry);
        this.rows = MultiGauge.builder("store_table_rows")
                .description("Rows of a table, as PostgreSQL estimates them")
                .register(registry);
        this.oldest = MultiGauge.builder("store_table_oldest_seconds")
                .description("Age of a table's oldest row")
                .register(registry);
    }

    /** Reads the sizes anew, unless that was done a moment ago. */
    void publish() {
        if (publishedNanos != null && System.nanoTime() - publishedNanos < EVERY.toNanos()) {
            return;
        }
        List<MultiGauge.Row<?>> allBytes = new ArrayList<>();
        List<MultiGauge.Row<?>> allRows = new ArrayList<>();
        List<MultiGauge.Row<?>> ages = new ArrayList<>();
        for (TableSize size : sizes.sizes()) {
            Tags tags = Tags.of("table", size.table());
            allBytes.add(MultiGauge.Row.of(tags, size.bytes()));
            allRows.add(MultiGauge.Row.of(tags, size.rows()));
            Duration age = size.oldest();
            if (age != null) {
                ages.add(MultiGauge.Row.of(tags, age.toSeconds()));
            }
        }
        bytes.register(allBytes, true);
        rows.register(allRows, true);
        oldest.register(ages, true);
        publishedNanos = System.nanoTime();
    }

    /** Withdraws what was published: another worker's turn. */
    void withdraw() {
        bytes.register(List.of(), true);
        rows.register(List.of(), true);
        oldest.register(List.of(), true);
        publishedNanos = null;
    }
}
