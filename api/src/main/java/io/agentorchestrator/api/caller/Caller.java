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
    /** The form of a tenant's name, in words. */
    public static final String TENANT_RULE =
            "a tenant is up to 63 lower-case letters, digits and any of _ -, and begins with a letter or digit";

    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    /** Tells whether a tenant can have this name. */
    public static boolean isTenant(String name) {
        return TENANT.matcher(name).matches();
    }

    /** The same, as submissions carry it. */
    public Origin origin() {
        return new Origin(tenant, principal, region, traceparent, tracestate);
    }
}
