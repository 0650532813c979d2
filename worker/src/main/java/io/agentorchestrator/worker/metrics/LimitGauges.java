package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.limit.LimitReader;
import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Gauges of limits, the keys of each added up: as many series as there are limits. Confined to {@link ClusterGauges}. */
final class LimitGauges {
    private static final String LIMIT = "limit";

    private final LiveLimits limits;
    private final LimitReader reader;
    private final GaugeTable inFlight;
    private final GaugeTable waiting;
    private final GaugeTable started;

    LimitGauges(DataSource dataSource, MeterRegistry registry) {
        this.limits = new LiveLimits(new LimitStore(dataSource)::all);
        this.reader = new LimitReader(dataSource);
        this.inFlight = new GaugeTable(
                registry, "limit_in_flight", "Tasks that a limit counts, out of the backlog and not ended");
        this.waiting = new GaugeTable(registry, "limit_waiting", "Tasks that wait for room under a limit");
        this.started =
                new GaugeTable(registry, "limit_started_last_minute", "Starts of the last minute that a limit counts");
    }

    void publish() {
        limits.refresh();
        List<String> names = limits.all().stream().map(CapacityLimit::name).toList();
        if (names.isEmpty()) {
            withdraw();
            return;
        }
        Map<Tags, Double> flying = zeros(names);
        Map<Tags, Double> starts = zeros(names);
        Map<String, LimitUse> use = reader.use(limits::ofKey);
        use.forEach((key, of) -> {
            Tags tags = Tags.of(LIMIT, CapacityLimit.nameIn(key));
            flying.computeIfPresent(tags, (limit, sum) -> sum + of.inFlight());
            starts.computeIfPresent(tags, (limit, sum) -> sum + of.started());
        });
        Map<Tags, Double> held = zeros(names);
        reader.waiting(names)
                .forEach((key, count) ->
                        held.computeIfPresent(Tags.of(LIMIT, CapacityLimit.nameIn(key)), (limit, sum) -> sum + count));
        inFlight.publish(flying);
        started.publish(starts);
        waiting.publish(held);
    }

    void withdraw() {
        inFlight.publish(Map.of());
        started.publish(Map.of());
        waiting.publish(Map.of());
    }

    private static Map<Tags, Double> zeros(List<String> names) {
        Map<Tags, Double> zeros = new HashMap<>();
        names.forEach(name -> zeros.put(Tags.of(LIMIT, name), 0.0));
        return zeros;
    }
}
