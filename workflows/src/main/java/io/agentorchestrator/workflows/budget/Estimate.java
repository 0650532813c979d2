package io.agentorchestrator.workflows.budget;

/**
 * The usage of an attempt of a type, on average.
 *
 * @param costFactor of the agents that completed them, USD an hour; 0 where they cost nothing, or it is not known
 */
public record Estimate(Amount amount, double costFactor) {
    /** The usage still to come of an attempt that has cost so much already: at least 1 of what its type uses at all. */
    public Estimate less(Amount paid) {
        return new Estimate(
                new Amount(rest(amount.costMicroUsd(), paid.costMicroUsd()), rest(amount.tokens(), paid.tokens())),
                costFactor);
    }

    private static long rest(long amount, long paid) {
        return amount <= 0 ? amount : Math.max(1, amount - paid);
    }
}
