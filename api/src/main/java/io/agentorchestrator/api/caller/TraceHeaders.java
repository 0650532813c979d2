package io.agentorchestrator.api.caller;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** W3C Trace Context: what of the headers is valid. What is not is ignored, as the recommendation asks. */
record TraceHeaders(@Nullable String traceparent, @Nullable String tracestate) {
    private static final TraceHeaders NONE = new TraceHeaders(null, null);
    private static final int MAX_STATE_LENGTH = 512;
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Pattern TRACESTATE = Pattern.compile("[\\x20-\\x7e]+");

    /** The context in these headers: a traceparent stands there once, a tracestate may be cut into several. */
    static TraceHeaders ofHeaders(String @Nullable [] traceparents, String @Nullable [] tracestates) {
        return of(
                traceparents == null || traceparents.length != 1 ? null : traceparents[0],
                tracestates == null ? null : String.join(",", tracestates));
    }

    static TraceHeaders of(@Nullable String traceparent, @Nullable String tracestate) {
        if (traceparent == null || !TRACEPARENT.matcher(traceparent).matches()) {
            return NONE;
        }
        boolean stateIsValid = tracestate != null
                && tracestate.length() <= MAX_STATE_LENGTH
                && TRACESTATE.matcher(tracestate).matches();
        return new TraceHeaders(traceparent, stateIsValid ? tracestate : null);
    }
}
