package io.agentorchestrator.benchmarks.loadtest.generate;

import java.time.Duration;

/** The treatment of a request that was not acknowledged. */
public sealed interface RetryMode {
    /** It is counted, and that is all. */
    record Once() implements RetryMode {}

    /**
     * It is sent again under its idempotency key until it is acknowledged.
     *
     * @param keyPrefix makes the keys this run's own
     * @param limit how long at most
     */
    record UntilAcknowledged(String keyPrefix, Duration limit) implements RetryMode {}
}
