package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.fleet.PoolLoad;
import io.agentorchestrator.store.fleet.QueueDepth;
import io.agentorchestrator.workflows.model.Priority;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Gauges of the backlog and of the pools that are to work it off. A type that waits and that no registered agent serves is a pool of its own without agents,
 * so that something can be scaled up from none. Confined to {@link ClusterGauges}.
 */
final class PoolGauges {
    /** Types, and pools, that have series of their own. */
    static final int MAX_TYPES = 200;

    /** The types beyond, taken together; no task type begins so. */
    static final String OTHER = "_other";

    private static final String ALL = "all";
    private static final String TYPE = "agent_type";

    private final GaugeTable depth;
    private final GaugeTable size;
    private final GaugeTable utilization;
    private final GaugeTable cost;
    private final GaugeTable pending;
    private final GaugeTable inFlight;

    PoolGauges(MeterRegistry registry) {
        this.depth = new GaugeTable(registry, "task_queue_depth", "Tasks that wait for capacity");
        this.size = new GaugeTable(registry, "agent_pool_size", "Live agents of a pool");
        this.utilization = new GaugeTable(registry, "agent_utilization_ratio", "Slots of a pool in use, 0 to 1");
        this.cost = new GaugeTable(registry, "agent_cost_per_hour", "USD an hour of one agent of a pool");
        this.pending = new GaugeTable(
                registry,
                "pending_tasks_per_agent",
                "Tasks that wait, of all types that the pool serves, for each of its agents");
        this.inFlight = new GaugeTable(registry, "tasks_in_flight", "Tasks at agents");
    }

    void publish(List<QueueDepth> depths, List<PoolLoad> pools) {
        Map<String, Map<Priority, Double>> waiting = new TreeMap<>();
        pools.forEach(pool -> pool.agentTypes().forEach(type -> waiting.put(type, new EnumMap<>(Priority.class))));
        for (QueueDepth queue : depths) {
            waiting.computeIfAbsent(queue.taskType(), type -> new EnumMap<>(Priority.class))
                    .merge(queue.priority(), (double) queue.queued(), Double::sum);
        }
        depth.publish(depths(waiting));
        publishPools(waiting, pools);
    }

    /** Withdraws what was published: another worker's turn. */
    void withdraw() {
        List.of(depth, size, utilization, cost, pending, inFlight).forEach(table -> table.publish(Map.of()));
    }

    private static Map<Tags, Double> depths(Map<String, Map<Priority, Double>> waiting) {
        Map<Tags, Double> rows = new HashMap<>();
        for (Priority priority : Priority.values()) {
            rows.put(Tags.of(TYPE, ALL, "priority", priority.name()), 0.0);
        }
        Set<String> own = largest(waiting);
        waiting.forEach((type, byPriority) -> {
            for (Priority priority : Priority.values()) {
                double queued = byPriority.getOrDefault(priority, 0.0);
                String shown = own.contains(type) ? type : OTHER;
                rows.merge(Tags.of(TYPE, shown, "priority", priority.name()), queued, Double::sum);
                rows.merge(Tags.of(TYPE, ALL, "priority", priority.name()), queued, Double::sum);
            }
        });
        return rows;
    }

    private void publishPools(Map<String, Map<Priority, Double>> waiting, List<PoolLoad> pools) {
        Map<Tags, Double> sizes = new HashMap<>();
        Map<Tags, Double> loads = new HashMap<>();
        Map<Tags, Double> costs = new HashMap<>();
        Map<Tags, Double> waits = new HashMap<>();
        Map<Tags, Double> flying = new HashMap<>();
        Set<String> known = new HashSet<>();
        pools.forEach(pool -> known.addAll(pool.agentTypes()));
        Set<String> served = new HashSet<>();
        pools.stream().filter(pool -> pool.agents() > 0).forEach(pool -> served.addAll(pool.agentTypes()));
        // Those with agents first: they are there whatever waits beside them.
        List<PoolLoad> shown = pools.stream()
                .sorted(Comparator.comparingInt(PoolLoad::agents).reversed().thenComparing(PoolLoad::pool))
                .limit(MAX_TYPES)
                .toList();
        for (PoolLoad pool : shown) {
            Tags tags = Tags.of(TYPE, pool.pool());
            // Nothing waits for a pool without agents that others see to.
            double queued = pool.agentTypes().stream()
                    .filter(type -> pool.agents() > 0 || !served.contains(type))
                    .mapToDouble(type -> sum(waiting.getOrDefault(type, Map.of())))
                    .sum();
            sizes.put(tags, (double) pool.agents());
            loads.put(tags, pool.slots() == 0 ? 0 : pool.running() / (double) pool.slots());
            costs.put(tags, pool.costPerHourUsd());
            waits.put(tags, queued / Math.max(1, pool.agents()));
            flying.put(tags, (double) pool.running());
        }
        for (String type : largest(waiting)) {
            Tags tags = Tags.of(TYPE, type);
            if (!known.contains(type) && !sizes.containsKey(tags) && sizes.size() < MAX_TYPES) {
                sizes.put(tags, 0.0);
                loads.put(tags, 0.0);
                waits.put(tags, sum(waiting.getOrDefault(type, Map.of())));
                flying.put(tags, 0.0);
            }
        }
        size.publish(sizes);
        utilization.publish(loads);
        cost.publish(costs);
        pending.publish(waits);
        inFlight.publish(flying);
    }

    /** The types of which most tasks wait. */
    private static Set<String> largest(Map<String, Map<Priority, Double>> waiting) {
        return waiting.entrySet().stream()
                .sorted(Comparator.comparingDouble(
                                (Map.Entry<String, Map<Priority, Double>> each) -> -sum(each.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_TYPES)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static double sum(Map<Priority, Double> byPriority) {
        return byPriority.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
