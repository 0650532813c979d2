package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The span {@code process_task} of each dispatch: a child of the submission's, and the parent of the agent's own. It ends with
 * the outcome, or when the batch leaves the task to a further one. Thread-safe.
 */
final class DispatchTracing {
    private static final String TRACEPARENT = "traceparent";
    private static final String TRACESTATE = "tracestate";
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;

    DispatchTracing(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("io.agentorchestrator.dispatch");
    }

    /** Begins the span of a dispatch. */
    Open begin(BatchTask task, int attempt, String agentId) {
        Span span = span(task, attempt, agentId);
        return new Open(span, contextFor(task, span));
    }

    private Span span(BatchTask task, int attempt, String agentId) {
        Map<String, String> submitted = new HashMap<>();
        if (task.traceparent() != null) {
            submitted.put(TRACEPARENT, task.traceparent());
        }
        if (task.tracestate() != null) {
            submitted.put(TRACESTATE, task.tracestate());
        }
        return tracer.spanBuilder("process_task")
                .setSpanKind(SpanKind.CLIENT)
                .setParent(W3C.extract(Context.root(), submitted, FromMap.INSTANCE))
                .setAttribute("task_type", task.taskType())
                .setAttribute("complexity", task.complexity())
                .setAttribute("priority", task.priority().name())
                .setAttribute("task_id", task.taskId().toString())
                .setAttribute("attempt", attempt)
                .setAttribute("agent_id", agentId)
                .startSpan();
    }

    /** The context that the agent is given: the span's, or the submission's where nothing is traced here. */
    private TraceContext contextFor(BatchTask task, Span span) {
        if (!span.getSpanContext().isValid()) {
            return new TraceContext(task.traceparent(), task.tracestate());
        }
        Map<String, String> carrier = new HashMap<>();
        W3C.inject(Context.root().with(span), carrier, (map, key, value) -> {
            if (map != null) {
                map.put(key, value);
            }
        });
        return new TraceContext(carrier.get(TRACEPARENT), carrier.get(TRACESTATE));
    }

    static void end(Span span, AttemptOutcome outcome) {
        span.setAttribute("outcome", outcome.outcome().name());
        if (outcome.outcome() == AttemptEnd.Outcome.FAILED) {
            span.setStatus(StatusCode.ERROR, String.valueOf(outcome.errorCode()));
        }
        span.end();
    }

    static void leave(Span span) {
        span.addEvent("goes on without this worker, or elsewhere");
        span.end();
    }

    /** A span that has not ended, and the context that the agent is given. */
    record Open(Span span, TraceContext context) {}

    /** W3C trace context. */
    record TraceContext(
            @Nullable String traceparent, @Nullable String tracestate) {}

    private enum FromMap implements TextMapGetter<Map<String, String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return List.copyOf(carrier.keySet());
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    }
}
