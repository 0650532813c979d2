package io.agentorchestrator.benchmarks.loadtest.generate;

import java.time.Duration;

/** What is done about a request that was not acknowledged. */
public sealed interface Insistence {
    /** It is counted, and that is all. */
    record Once() implements Insistence {}

    /**
     * It is sent again under its idempotency key until it is acknowledged.
     *
     * @param keyPrefix makes the keys this run's own
     * @param limit how long at most
     */
    record UntilAcknowledged(String keyPrefix, Duration limit) implements Insistence {}
}
