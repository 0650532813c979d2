package io.agentorchestrator.workflows.scaling;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Divides what waits among the pools that serve it, so that a type which several pools serve counts once. Each of them has a part in proportion to its slots,
 * by which they take tasks; where none has slots, the cheapest by slot has all, and where several are as cheap, the first by name. What runs counts where it runs. A type that no pool serves is
 * in no pool's demand. Pure.
 */
public final class DemandShares {
    private DemandShares() {}

    /**
     * A pool, also one without agents.
     *
     * @param types that it serves, all of them
     * @param slots of its live agents, 0 where there is none
     * @param costPerSlotHour USD, by which the cheapest is chosen
     * @param running tasks that run at its agents
     */
    public record ServingPool(String name, Set<String> types, int slots, double costPerSlotHour, long running) {}

    /**
     * The tasks of a type that wait for capacity. What a limit, a budget, a pause or a dependency holds does not: more agents would not help it.
     *
     * @param seconds that they take by measured times, added up
     */
    public record WaitingType(String type, long tasks, double seconds) {}

    /** The demand of each pool, by its name; pools without any included. */
    public static Map<String, PoolDemand> of(List<ServingPool> pools, Collection<WaitingType> waiting) {
        Map<String, PoolDemand> demands = new HashMap<>();
        pools.forEach(pool -> demands.put(pool.name(), new PoolDemand(0, 0, pool.running())));
        for (WaitingType type : waiting) {
            List<ServingPool> serving = pools.stream()
                    .filter(pool -> pool.types().contains(type.type()))
                    .toList();
            long slots = serving.stream().mapToLong(ServingPool::slots).sum();
            if (slots == 0) {
                serving.stream()
                        .min(Comparator.comparingDouble(ServingPool::costPerSlotHour)
                                .thenComparing(ServingPool::name))
                        .ifPresent(pool -> add(demands, pool, type, 1));
            } else {
                serving.forEach(pool -> add(demands, pool, type, pool.slots() / (double) slots));
            }
        }
        return demands;
    }

    private static void add(Map<String, PoolDemand> demands, ServingPool pool, WaitingType type, double share) {
        demands.computeIfPresent(
                pool.name(), (_, demand) -> demand.plusWaiting(share * type.tasks(), share * type.seconds()));
    }
}
