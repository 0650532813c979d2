package io.agentorchestrator.workflows.scaling;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Caps what the replicas of all pools cost an hour. While they cost more than the budget, the pool whose slots are dearest loses replicas, down to its floor,
 * then the next: first down to one replica where the pool wants any and its floor is lower, so that no pool which the budget can carry stands still;
 * then that one, too.
 *
 * <p>No pool goes below its floor: its minimum, and the replicas that hold what runs now, since a task that is killed is paid for and done again. Where the
 * floors alone cost more than the budget, they are what is left, and {@link Capped#costMicroUsdPerHour} says by how much.
 *
 * <p>A greedy rule, not the optimum of a knapsack: it is explained in one sentence, and a change of one pool's wish does not shuffle all others. Pure.
 */
public final class CostCap {
    /** Bound of a price, 10,000 USD an hour: the sum over 10,000 pools of {@link ReplicaRange#MAX_REPLICAS} fits a long. */
    public static final long MAX_COST_MICRO_USD = 10_000_000_000L;

    private CostCap() {}

    /**
     * The wish of a pool.
     *
     * @param replicas wished, 0 or more
     * @param floor that it does not go below; where more than the wish, the wish
     * @param costMicroUsdPerHour of one replica, 0 or more
     * @param slots of one replica, 1 or more
     */
    public record PoolWish(String pool, int replicas, int floor, long costMicroUsdPerHour, int slots) {
        public PoolWish {
            if (replicas < 0 || replicas > ReplicaRange.MAX_REPLICAS || floor < 0) {
                throw new IllegalArgumentException("pool " + pool + ": replicas is from 0 to "
                        + ReplicaRange.MAX_REPLICAS + " and floor 0 or more, not " + replicas + " and " + floor);
            }
            if (costMicroUsdPerHour < 0 || costMicroUsdPerHour > MAX_COST_MICRO_USD || slots < 1) {
                throw new IllegalArgumentException("pool " + pool + ": costMicroUsdPerHour is from 0 to "
                        + MAX_COST_MICRO_USD + " and slots 1 or more, not " + costMicroUsdPerHour + " and " + slots);
            }
            floor = Math.min(floor, replicas);
        }

        /**
         * The floor of a pool: its minimum, and what holds the tasks that run.
         *
         * @param running tasks that run in its slots
         */
        public static int floor(ReplicaRange range, long running) {
            return Math.clamp(Math.ceilDiv(running, (long) range.slots()), range.min(), range.max());
        }

        double costPerSlot() {
            return costMicroUsdPerHour / (double) slots;
        }
    }

    /**
     * The replicas that the budget allows.
     *
     * @param replicas by pool
     * @param costMicroUsdPerHour of all of them; more than the budget only where the floors are
     */
    public record Capped(Map<String, Integer> replicas, long costMicroUsdPerHour) {}

    /**
     * Caps.
     *
     * @param budgetMicroUsdPerHour 0 or more
     * @param wishes of pools, each once
     */
    public static Capped apply(long budgetMicroUsdPerHour, List<PoolWish> wishes) {
        if (budgetMicroUsdPerHour < 0) {
            throw new IllegalArgumentException("budgetMicroUsdPerHour is 0 or more, not " + budgetMicroUsdPerHour);
        }
        Map<String, Integer> left = new HashMap<>();
        long cost = 0;
        for (PoolWish each : wishes) {
            if (left.put(each.pool(), each.replicas()) != null) {
                throw new IllegalArgumentException("pool " + each.pool() + " is there twice");
            }
            cost += each.replicas() * each.costMicroUsdPerHour();
        }
        List<PoolWish> dearestFirst = wishes.stream()
                .sorted(Comparator.comparingDouble(PoolWish::costPerSlot)
                        .reversed()
                        .thenComparing(PoolWish::pool))
                .toList();
        for (int kept = 1; kept >= 0; kept--) {
            for (PoolWish each : dearestFirst) {
                int now = left.getOrDefault(each.pool(), 0);
                int room = now - Math.max(each.floor(), Math.min(kept, now));
                long excess = cost - budgetMicroUsdPerHour;
                if (excess > 0 && room > 0 && each.costMicroUsdPerHour() > 0) {
                    int taken = (int) Math.min(room, Math.ceilDiv(excess, each.costMicroUsdPerHour()));
                    left.put(each.pool(), now - taken);
                    cost -= taken * each.costMicroUsdPerHour();
                }
            }
        }
        return new Capped(Map.copyOf(left), cost);
    }
}
