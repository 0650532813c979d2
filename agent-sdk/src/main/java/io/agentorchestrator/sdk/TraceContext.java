package io.agentorchestrator.sdk;

/**
 * The W3C trace context that came with the task; both are empty when the submission was not traced.
 *
 * @param traceparent the header of the same name
 * @param tracestate the header of the same name
 */
public record TraceContext(String traceparent, String tracestate) {}
