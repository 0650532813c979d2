package io.agentorchestrator.store.reading;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt went.
 *
 * @param outcome COMPLETED, FAILED or CANCELLED; absent while it runs
 */
public record AttemptFacts(
        int number,
        @Nullable String agentId,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable String errorCode,
        @Nullable String errorMessage) {}
