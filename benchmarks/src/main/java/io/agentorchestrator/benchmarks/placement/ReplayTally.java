package io.agentorchestrator.benchmarks.placement;

import io.agentorchestrator.benchmarks.placement.PricedPool.Agent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sums of a {@link Replay}. */
final class ReplayTally {
    private static final double NANOS_A_SECOND = 1e9;

    private final List<Long> nanos = new ArrayList<>();
    private final Map<String, Integer> tasksByAgent = new HashMap<>();
    private double costUsd;
    private int dispatches;

    void ended(long sinceCreatedNanos) {
        nanos.add(sinceCreatedNanos);
    }

    void dispatched() {
        dispatches++;
    }

    void ran(Agent agent, double usd) {
        costUsd += usd;
        tasksByAgent.merge(agent.id(), 1, Integer::sum);
    }

    int tasks() {
        return nanos.size();
    }

    /** Time of slots, at the agents' cost factors, for a thousand tasks. */
    double costPerThousandUsd() {
        return 1_000 * costUsd / tasks();
    }

    double meanSeconds() {
        return nanos.stream().mapToLong(Long::longValue).average().orElse(0) / NANOS_A_SECOND;
    }

    /** Commits of a task to an agent, for each task: one, and one more each time that it moved. */
    double dispatchesPerTask() {
        return dispatches / (double) tasks();
    }

    /** Seconds from created to ended that this share of the tasks stays below, by nearest rank. */
    double percentileSeconds(double share) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1)) / NANOS_A_SECOND;
    }

    /** Share of the tasks that cheap agents had. */
    double cheapShare() {
        return tasksByAgent.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(PricedPool.CHEAP))
                        .mapToInt(Map.Entry::getValue)
                        .sum()
                / (double) tasks();
    }
}
