package io.agentorchestrator.store.submission;

import org.jspecify.annotations.Nullable;

/**
 * Where a submission comes from.
 *
 * @param region where it was accepted
 * @param traceparent the caller's trace context (W3C Trace Context), checked; absent if there was none
 */
public record Origin(
        String tenant,
        String principal,
        String region,
        @Nullable String traceparent,
        @Nullable String tracestate) {}
