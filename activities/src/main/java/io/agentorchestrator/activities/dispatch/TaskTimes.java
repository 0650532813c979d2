package io.agentorchestrator.activities.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The time that a task takes per unit of its estimated complexity, by agent and type: an exponentially weighted mean of what completed here, in
 * which each new time weighs a tenth, and counts as at most ten times the mean and at least a tenth of it. Without any of the agent's own, the
 * mean of the type over all agents stands in, so that a new agent is neither favoured nor passed over; without that, one second, which is the
 * same for all agents and leaves the choice to price and load.
 *
 * <p>An agent's own mean goes back to the type's by a hundredth with each task of the type that completes elsewhere: one that was slow once, and
 * is avoided for it, is tried again. Confined to {@link ReadyQueues}.
 */
final class TaskTimes {
    private static final double NEWEST = 0.1;
    private static final double KEPT = 0.99;
    private static final double MAX_RATIO = 10;
    private static final double UNKNOWN_SECONDS = 1;
    private static final double NANOS_A_SECOND = 1e9;

    private final Map<String, Map<String, Mean>> byAgent = new HashMap<>();
    private final Map<String, Mean> byType = new HashMap<>();

    /** @param ofType tasks of the type that had completed anywhere when it was last changed */
    private record Mean(double seconds, long ofType) {
        Mean with(double newest, long count) {
            double bounded = Math.clamp(newest, seconds / MAX_RATIO, seconds * MAX_RATIO);
            return new Mean(seconds + NEWEST * (bounded - seconds), count);
        }
    }

    /** Notes that a task completed after so long at its agent. */
    void completed(String agentId, String type, double complexity, long nanos) {
        double seconds = Math.max(nanos, 1) / NANOS_A_SECOND / complexity;
        Mean before = byType.get(type);
        long count = before == null ? 1 : before.ofType() + 1;
        Mean all = before == null ? new Mean(seconds, count) : before.with(seconds, count);
        Map<String, Mean> own = byAgent.computeIfAbsent(agentId, id -> new HashMap<>());
        Mean known = own.get(type);
        own.put(
                type,
                known == null ? new Mean(seconds, count) : new Mean(faded(known, all), count).with(seconds, count));
        byType.put(type, all);
    }

    /** An agent's own mean, as far as it still counts. */
    private static double faded(Mean own, Mean all) {
        double kept = Math.pow(KEPT, (double) Math.max(0, all.ofType() - own.ofType() - 1));
        return all.seconds() + kept * (own.seconds() - all.seconds());
    }

    /** The seconds that a task is expected to take at the agent. */
    double expectedSeconds(String agentId, String type, double complexity) {
        Mean all = byType.get(type);
        if (all == null) {
            return complexity * UNKNOWN_SECONDS;
        }
        Mean own = byAgent.getOrDefault(agentId, Map.of()).get(type);
        return complexity * (own == null ? all.seconds() : faded(own, all));
    }

    /** Forgets agents and types that are no longer served. */
    void keepOnly(Set<String> agentIds, Set<String> types) {
        byAgent.keySet().retainAll(agentIds);
        byAgent.values().forEach(times -> times.keySet().retainAll(types));
        byType.keySet().retainAll(types);
    }
}
