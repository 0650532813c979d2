package io.agentorchestrator.workflows.budget;

/**
 * Money and tokens that are spent or set apart.
 *
 * @param costMicroUsd millionths of a US dollar
 * @param tokens input and output together
 */
public record Amount(long costMicroUsd, long tokens) {
    public static final Amount NONE = new Amount(0, 0);

    /** Both together; never more than a {@code long} holds. */
    public Amount plus(Amount other) {
        return new Amount(sum(costMicroUsd, other.costMicroUsd), sum(tokens, other.tokens));
    }

    static long sum(long one, long other) {
        long sum = one + other;
        return one > 0 && other > 0 && sum < 0 ? Long.MAX_VALUE : sum;
    }
}
