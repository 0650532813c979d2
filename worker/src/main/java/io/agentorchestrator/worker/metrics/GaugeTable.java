package io.agentorchestrator.worker.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A gauge, or a counter that is counted elsewhere, with a row for each of a changing set of tags. What stays keeps its meter and is in every scrape. What is
 * new is registered before what is gone is removed, so that no row is there twice, as it may where a meter makes room for its successor. For one publisher;
 * scraping is thread-safe.
 */
final class GaugeTable {
    private final MeterRegistry registry;
    private final String name;
    private final String description;
    private final boolean counts;
    private final Map<Tags, Meter> meters = new HashMap<>();
    private final Map<Tags, Double> values = new ConcurrentHashMap<>();

    /** A gauge; has no rows before the first are published. */
    GaugeTable(MeterRegistry registry, String name, String description) {
        this(registry, name, description, false);
    }

    private GaugeTable(MeterRegistry registry, String name, String description, boolean counts) {
        this.registry = registry;
        this.name = name;
        this.description = description;
        this.counts = counts;
    }

    /** A counter of what somebody else keeps count of. */
    static GaugeTable counter(MeterRegistry registry, String name, String description) {
        return new GaugeTable(registry, name, description, true);
    }

    /** Publishes these rows and no others. */
    void publish(Map<Tags, Double> rows) {
        values.putAll(rows);
        rows.keySet().forEach(tags -> meters.computeIfAbsent(tags, this::register));
        meters.entrySet().removeIf(meter -> {
            boolean gone = !rows.containsKey(meter.getKey());
            if (gone) {
                registry.remove(meter.getValue());
                values.remove(meter.getKey());
            }
            return gone;
        });
    }

    private Meter register(Tags tags) {
        return counts
                ? FunctionCounter.builder(name, values, present -> present.getOrDefault(tags, Double.NaN))
                        .description(description)
                        .tags(tags)
                        .register(registry)
                : Gauge.builder(name, values, present -> present.getOrDefault(tags, Double.NaN))
                        .description(description)
                        .tags(tags)
                        .register(registry);
    }
}
