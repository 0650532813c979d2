package io.agentorchestrator.workflows.release;

import java.util.HashMap;
import java.util.Map;

/**
 * The use that tenants have made of agents, beside their weights: fair share as Slurm's multifactor plugin and Kueue's usage-based admission have it.
 *
 * <pre>
 * load(tenant)  = use(tenant) / weight(tenant)
 * share(tenant) = weight(tenant) / Σ weight          of the tenants that wait
 * over(tenant)  ⇔ load(tenant) &gt; 1.02 × Σ use / Σ weight
 * </pre>
 *
 * <p>Use is slot time, weighed by the agents' cost where they have one, and halves with each half-life. Since it halves for everybody alike, who has the
 * lowest load does not change by it. Not thread-safe.
 */
public final class FairShares {
    /** The weight of a tenant of which nobody has said anything. */
    public static final double STANDARD_WEIGHT = 1;

    /** A tenant may have used so much more than its share and still be within it: what is under way is not known to the second. */
    private static final double TOLERANCE = 1.02;

    private final Map<String, Double> use;
    private final Map<String, Double> weights;

    /**
     * Takes over what was used.
     *
     * @param use in seconds of slots; a tenant that is missing has used nothing
     * @param weights of those tenants that have another than {@value #STANDARD_WEIGHT}; more than 0
     */
    public FairShares(Map<String, Double> use, Map<String, Double> weights) {
        this.use = new HashMap<>(use);
        this.weights = Map.copyOf(weights);
    }

    /** Shares of tenants that have used nothing. */
    public static FairShares none() {
        return new FairShares(Map.of(), Map.of());
    }

    /** Seconds of slots that the tenant has used. */
    public double use(String tenant) {
        return use.getOrDefault(tenant, 0.0);
    }

    public double weight(String tenant) {
        return weights.getOrDefault(tenant, STANDARD_WEIGHT);
    }

    /** Seconds of slots for each unit of weight. */
    public double load(String tenant) {
        return use(tenant) / weight(tenant);
    }

    /** Counts seconds of slots that the tenant will use. */
    public void add(String tenant, double seconds) {
        use.merge(tenant, seconds, Double::sum);
    }

    /** Tells whether a load is more than a share of what was used together. */
    static boolean isOver(double load, double used, double weight) {
        return weight > 0 && load > TOLERANCE * used / weight;
    }

    /** Sums up these tenants, for {@link Sum#isOver}. */
    public Sum sum(Iterable<String> tenants) {
        Sum sum = new Sum();
        tenants.forEach(sum::add);
        return sum;
    }

    /** Tenants that wait, together. Not thread-safe. */
    public final class Sum {
        private double used;
        private double weight;

        private void add(String tenant) {
            used += use(tenant);
            weight += weight(tenant);
        }

        /** Tells whether a tenant, one of these, has used more than its share. */
        public boolean isOver(String tenant) {
            return FairShares.isOver(load(tenant), used, weight);
        }

        /** Tells whether a tenant, none of these, has used more than its share beside them. */
        public boolean isOverBeside(String tenant) {
            return FairShares.isOver(
                    load(tenant), used + FairShares.this.use(tenant), weight + FairShares.this.weight(tenant));
        }

        /** The tenant's share by its weight, 0 to 1. */
        public double share(String tenant) {
            return weight > 0 ? weight(tenant) / weight : 1;
        }

        /** The part of what these have used that is the tenant's, 0 to 1; 0 where nothing was used. */
        public double part(String tenant) {
            return used > 0 ? FairShares.this.use(tenant) / used : 0;
        }
    }
}
