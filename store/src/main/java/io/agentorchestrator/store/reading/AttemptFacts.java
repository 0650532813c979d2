package io.agentorchestrator.store.reading;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Facts about an attempt: when it ran, where, and its outcome.
 *
 * @param outcome COMPLETED, FAILED or CANCELLED; absent while it runs
 * @param placement why its last dispatch went to its agent
 * @param usage what its last dispatch has used up, so far
 */
public record AttemptFacts(
        int number,
        @Nullable String agentId,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        @Nullable PlacementFacts placement,
        UsageSum usage) {}
