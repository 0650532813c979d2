package io.agentorchestrator.activities.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The time that a task takes per unit of its estimated complexity, by agent and type: an exponentially weighted mean of what completed here, in
 * which each new time weighs a tenth. Without any of the agent's own, the mean of the type over all agents stands in, so that a new agent is
 * neither favoured nor passed over; without that, one second, which is the same for all agents and leaves the choice to price and load.
 * Confined to {@link ReadyQueues}.
 */
final class TaskTimes {
    private static final double NEWEST = 0.1;
    private static final double UNKNOWN_SECONDS = 1;
    private static final double NANOS_A_SECOND = 1e9;

    private final Map<String, Map<String, Double>> byAgent = new HashMap<>();
    private final Map<String, Double> byType = new HashMap<>();

    /** Notes that a task completed after so long at its agent. */
    void completed(String agentId, String type, double complexity, long nanos) {
        double seconds = nanos / NANOS_A_SECOND / complexity;
        mean(byAgent.computeIfAbsent(agentId, id -> new HashMap<>()), type, seconds);
        mean(byType, type, seconds);
    }

    private static void mean(Map<String, Double> means, String type, double seconds) {
        means.merge(type, seconds, (mean, newest) -> mean + NEWEST * (newest - mean));
    }

    /** The seconds that a task is expected to take at the agent. */
    double expectedSeconds(String agentId, String type, double complexity) {
        Double own = byAgent.getOrDefault(agentId, Map.of()).get(type);
        return complexity * (own == null ? byType.getOrDefault(type, UNKNOWN_SECONDS) : own);
    }

    /** Forgets agents and types that are no longer served. */
    void keepOnly(Set<String> agentIds, Set<String> types) {
        byAgent.keySet().retainAll(agentIds);
        byAgent.values().forEach(times -> times.keySet().retainAll(types));
        byType.keySet().retainAll(types);
    }
}
