package io.agentorchestrator.sdk;

/**
 * Returned by a handler to send bytes as they are, any number of times: how the {@code simulated} agent breaks the
 * protocol on purpose. An agent that does real work has no use for it.
 *
 * @param result sent unchecked as the task's result
 * @param copies how often, 1 to 10
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record RawOutcome(byte[] result, int copies) {
    public RawOutcome {
        if (copies < 1 || copies > 10) {
            throw new IllegalArgumentException("copies must be 1 to 10, not " + copies);
        }
    }

    /** A proper result, sent more than once. */
    public static RawOutcome ofJson(Object result, int copies) {
        return new RawOutcome(Payloads.write(result), copies);
    }
}
