package io.agentorchestrator.api.caller;

import io.agentorchestrator.store.submission.Origin;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who calls, and the trace that the call belongs to. */
public record Caller(
        String tenant,
        String principal,
        String region,
        @Nullable String traceparent,
        @Nullable String tracestate) {
    static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    /** The same, as submissions carry it. */
    public Origin origin() {
        return new Origin(tenant, principal, region, traceparent, tracestate);
    }
}
