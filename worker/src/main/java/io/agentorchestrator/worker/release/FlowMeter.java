package io.agentorchestrator.worker.release;

import io.agentorchestrator.activities.dispatch.FlowListener;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.release.FlowStore.Measured;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sums up what this worker measures of the flow of tasks, and keeps the estimates that all workers share. Of one type what was measured
 * counts for every class of agents that serves it. Also tells how long tasks of each type take, which paths and predictions go by. Thread-safe.
 */
public final class FlowMeter implements FlowListener {
    private static final double NANOS_PER_SECOND = 1e9;

    private final FlowStore store;
    private final TypeTimeStore times;
    private final Map<String, Double> used = new ConcurrentHashMap<>();
    private final Map<String, Sum> released = new ConcurrentHashMap<>();
    private final Map<String, Sum> recorded = new ConcurrentHashMap<>();
    private final Map<String, Sum> executed = new ConcurrentHashMap<>();
    private final Map<String, TypeSum> completed = new ConcurrentHashMap<>();
    /** By type, for classes of agents whose tasks were released lately, but last too long for outcomes to have come. */
    private final Map<String, Sum> lastRecorded = new HashMap<>();

    private volatile Map<String, FlowEstimate> estimates = Map.of();

    FlowMeter(FlowStore store, TypeTimeStore times) {
        this.store = store;
        this.times = times;
    }

    @Override
    public void released(String taskType, Duration releaseToAcceptedWithoutSlotWait) {
        add(released, taskType, releaseToAcceptedWithoutSlotWait);
    }

    @Override
    public void executed(String taskType, String agentClass, Duration execution) {
        add(executed, agentClass, execution);
    }

    @Override
    public void completed(String taskType, double complexity, Duration execution) {
        if (!execution.isNegative()) {
            completed.merge(taskType, TypeSum.of(execution.toNanos() / NANOS_PER_SECOND / complexity), TypeSum::plus);
        }
    }

    @Override
    public void recorded(String taskType, Duration outcomeToRecord) {
        add(recorded, taskType, outcomeToRecord);
    }

    @Override
    public void held(Map<String, Double> slots, Duration duration) {
        double seconds = duration.toNanos() / NANOS_PER_SECOND;
        slots.forEach((tenant, count) -> used.merge(tenant, count * seconds, Double::sum));
    }

    /** Takes the seconds of slots that tenants have used since the last time. */
    SortedMap<String, Double> takeUsed() {
        SortedMap<String, Double> taken = new TreeMap<>();
        for (String tenant : List.copyOf(used.keySet())) {
            Double seconds = used.remove(tenant);
            if (seconds != null) {
                taken.put(tenant, seconds);
            }
        }
        return taken;
    }

    /** The seconds of slots that tenants have used since they were last taken. */
    Map<String, Double> used() {
        return Map.copyOf(used);
    }

    /** The flow through these agents, as of the last exchange. */
    FlowEstimate estimate(AgentClass agents) {
        return estimates.getOrDefault(agents.key(), FlowEstimate.UNKNOWN);
    }

    /** Tells the store what was measured since the last time, and reads the estimates. To be called by one thread at a time. */
    synchronized void exchange(Fleet fleet) {
        Map<String, Sum> releasedNow = take(released);
        Map<String, Sum> recordedNow = take(recorded);
        Map<String, Sum> executedNow = take(executed);
        lastRecorded.putAll(recordedNow);
        lastRecorded.keySet().retainAll(fleet.types());
        List<Measured> measured = new ArrayList<>();
        Map<String, Set<String>> typesByKey = new HashMap<>();
        fleet.classes().forEach(agents -> typesByKey.put(agents.key(), agents.types()));
        typesByKey.forEach((key, types) -> {
            Sum way = Sum.of(releasedNow, types);
            Sum execution = executedNow.getOrDefault(key, Sum.NONE);
            if (way.count() > 0 || execution.count() > 0) {
                Duration latency = way.mean();
                if (latency != null) {
                    Duration record = Sum.of(lastRecorded, types).mean();
                    latency = record == null ? latency : latency.plus(record);
                }
                int samples = (int) Math.min(Integer.MAX_VALUE, Math.max(way.count(), execution.count()));
                measured.add(new Measured(key, latency, execution.mean(), samples));
            }
        });
        store.merge(measured);
        times.merge(takeCompleted());
        estimates = typesByKey.isEmpty() ? Map.of() : Map.copyOf(store.estimates(typesByKey.keySet()));
    }

    private static void add(Map<String, Sum> sums, String key, Duration duration) {
        if (!duration.isNegative()) {
            sums.merge(key, new Sum(1, duration.toNanos()), Sum::plus);
        }
    }

    private static Map<String, Sum> take(Map<String, Sum> sums) {
        Map<String, Sum> taken = new HashMap<>();
        for (String key : List.copyOf(sums.keySet())) {
            Sum sum = sums.remove(key);
            if (sum != null) {
                taken.put(key, sum);
            }
        }
        return taken;
    }

    private List<TypeTimeStore.Measured> takeCompleted() {
        List<TypeTimeStore.Measured> measured = new ArrayList<>();
        for (String type : List.copyOf(completed.keySet())) {
            TypeSum sum = completed.remove(type);
            if (sum != null) {
                measured.add(new TypeTimeStore.Measured(
                        type, sum.seconds() / sum.count(), sum.squares() / sum.count(), sum.count()));
            }
        }
        return measured;
    }

    /** Seconds per unit of complexity, summed up. */
    private record TypeSum(long count, double seconds, double squares) {
        static TypeSum of(double seconds) {
            return new TypeSum(1, seconds, seconds * seconds);
        }

        TypeSum plus(TypeSum other) {
            return new TypeSum(count + other.count, seconds + other.seconds, squares + other.squares);
        }
    }

    private record Sum(long count, long nanos) {
        static final Sum NONE = new Sum(0, 0);

        static Sum of(Map<String, Sum> sums, Set<String> keys) {
            return keys.stream().map(key -> sums.getOrDefault(key, NONE)).reduce(NONE, Sum::plus);
        }

        Sum plus(Sum other) {
            return new Sum(count + other.count, nanos + other.nanos);
        }

        @Nullable Duration mean() {
            return count == 0 ? null : Duration.ofNanos(nanos / count);
        }
    }
}
