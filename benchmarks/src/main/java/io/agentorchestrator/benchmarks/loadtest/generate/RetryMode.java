package io.agentorchestrator.benchmarks.loadtest.generate;

import java.time.Duration;

/**
 * The treatment of a request that was not acknowledged: it is sent again under its idempotency key until it is.
 *
 * @param keyPrefix makes the keys this run's own; empty: without keys
 * @param limit how long at most, from the intended time
 */
public record RetryMode(String keyPrefix, Duration limit) {
    /** It is counted, and that is all. */
    public static final RetryMode ONCE = new RetryMode("", Duration.ZERO);
}
