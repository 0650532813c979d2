package io.agentorchestrator.store.reading;

import java.math.BigInteger;

/**
 * The sum of what several dispatches have used.
 *
 * @param costMicroUsd millionths of a US dollar
 */
public record UsageSum(BigInteger costMicroUsd, BigInteger inputTokens, BigInteger outputTokens) {
    public static final UsageSum NONE = new UsageSum(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    /** Both together. */
    public UsageSum plus(UsageSum other) {
        return new UsageSum(
                costMicroUsd.add(other.costMicroUsd),
                inputTokens.add(other.inputTokens),
                outputTokens.add(other.outputTokens));
    }
}
