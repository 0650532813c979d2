package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.retention.TableSizes;
import io.agentorchestrator.store.retention.TableSizes.TableSize;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Setting;
import io.agentorchestrator.store.setting.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Publishes how large the store's tables are, and how old. Not thread-safe. */
final class StorageGauges {
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** Of the tables whose oldest row is known. */
    private static final Map<String, Setting<Duration>> RETENTIONS = Map.of(
            "task", Settings.RETENTION_TASKS,
            "task_state", Settings.RETENTION_TASKS,
            "run", Settings.RETENTION_TASKS,
            "dag", Settings.RETENTION_TASKS,
            "event", Settings.RETENTION_EVENTS,
            "command", Settings.RETENTION_COMMANDS,
            "dead_letter", Settings.RETENTION_DEAD_LETTERS);

    private final TableSizes sizes;
    private final GaugeTable bytes;
    private final GaugeTable rows;
    private final GaugeTable deadRows;
    private final GaugeTable oldest;
    private final GaugeTable kept;
    private final LiveSettings settings;
    private @Nullable Long publishedNanos;

    StorageGauges(TableSizes sizes, LiveSettings settings, MeterRegistry registry) {
        this.sizes = sizes;
        this.settings = settings;
        this.bytes = new GaugeTable(registry, "store_table_bytes", "Bytes of a table with its partitions and indexes");
        this.rows = new GaugeTable(registry, "store_table_rows", "Rows of a table, as PostgreSQL estimates them");
        this.deadRows =
                new GaugeTable(registry, "store_table_dead_rows", "Dead rows of a table, as PostgreSQL estimates them");
        this.oldest = new GaugeTable(registry, "store_table_oldest_seconds", "Age of a table's oldest row");
        this.kept = new GaugeTable(registry, "store_retention_seconds", "How long a table's rows are to be kept");
    }

    /** Reads the sizes anew, unless that was done a moment ago. */
    void publish() {
        if (publishedNanos != null && System.nanoTime() - publishedNanos < EVERY.toNanos()) {
            return;
        }
        Map<Tags, Double> allBytes = new HashMap<>();
        Map<Tags, Double> allRows = new HashMap<>();
        Map<Tags, Double> allDeadRows = new HashMap<>();
        Map<Tags, Double> ages = new HashMap<>();
        for (TableSize size : sizes.sizes()) {
            Tags tags = Tags.of("table", size.table());
            allBytes.put(tags, (double) size.bytes());
            allRows.put(tags, (double) size.rows());
            allDeadRows.put(tags, (double) size.deadRows());
            Duration age = size.oldest();
            if (age != null) {
                ages.put(tags, (double) age.toSeconds());
            }
        }
        bytes.publish(allBytes);
        rows.publish(allRows);
        deadRows.publish(allDeadRows);
        oldest.publish(ages);
        Map<Tags, Double> periods = new HashMap<>();
        RETENTIONS.forEach((table, setting) -> periods.put(
                Tags.of("table", table), (double) settings.get(setting).toSeconds()));
        kept.publish(periods);
        publishedNanos = System.nanoTime();
    }

    /** Withdraws what was published: another worker's turn. */
    void withdraw() {
        bytes.publish(Map.of());
        rows.publish(Map.of());
        deadRows.publish(Map.of());
        oldest.publish(Map.of());
        kept.publish(Map.of());
        publishedNanos = null;
    }
}
