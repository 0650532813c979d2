package io.agentorchestrator.workflows.model;

import java.time.Duration;
import java.util.List;

/**
 * The number of attempts of a task, and the time between them. Infrastructure failures do not use up attempts.
 *
 * @param maxAttempts attempts in all, 1 to {@value Limits#MAX_ATTEMPTS}
 * @param initialInterval before the second attempt
 * @param backoffCoefficient factor from one interval to the next, 1 or more
 * @param maxInterval no interval is longer
 * @param nonRetryableCodes error codes after which there is no further attempt
 */
public record RetryPolicy(
        int maxAttempts,
        Duration initialInterval,
        double backoffCoefficient,
        Duration maxInterval,
        List<String> nonRetryableCodes) {

    /** The policy of a task that says nothing of retries. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(3, Duration.ofSeconds(1), 2.0, Duration.ofMinutes(1), List.of());

    public RetryPolicy {
        if (maxAttempts < 1 || maxAttempts > Limits.MAX_ATTEMPTS) {
            throw new IllegalArgumentException("max_attempts is 1 to " + Limits.MAX_ATTEMPTS + ", not " + maxAttempts);
        }
        if (initialInterval.isNegative() || maxInterval.isNegative()) {
            throw new IllegalArgumentException("retry intervals are not negative");
        }
        if (!(backoffCoefficient >= 1.0) || backoffCoefficient > Limits.MAX_BACKOFF_COEFFICIENT) {
            throw new IllegalArgumentException(
                    "backoff_coefficient is 1 to " + Limits.MAX_BACKOFF_COEFFICIENT + ", not " + backoffCoefficient);
        }
        nonRetryableCodes = List.copyOf(nonRetryableCodes);
    }

    /** Tells whether a task whose {@code attempt} ended with {@code code} gets another attempt. */
    public boolean allowsAnother(int attempt, String code, boolean retryable) {
        return retryable && attempt < maxAttempts && !nonRetryableCodes.contains(code);
    }

    /**
     * The time to wait after {@code attempt} before the next: exponential, capped, with equal jitter (half fixed, half
     * random), after Marc Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015). Never less than half of the
     * interval, and never more than all of it.
     *
     * @param attempt the attempt that failed, from 1
     * @param random in [0, 1)
     */
    public Duration delayAfter(int attempt, double random) {
        double grownMillis = initialInterval.toMillis() * Math.pow(backoffCoefficient, attempt - 1.0);
        double cappedMillis = Math.min(grownMillis, (double) maxInterval.toMillis());
        return Duration.ofMillis((long) Math.ceil(cappedMillis / 2 + random * cappedMillis / 2));
    }
}
