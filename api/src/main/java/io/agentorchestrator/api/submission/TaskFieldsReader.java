package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.submission.TaskFields.RetryFields;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the fields that tasks have, alone, in a batch, in a DAG and in its defaults. */
public final class TaskFieldsReader {
    /** What a task's type looks like. */
    public static final Pattern TASK_TYPE = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");

    public static final String TASK_TYPE_DESCRIBED =
            "a task type (up to 100 lower-case letters, digits and any of _ . -, beginning with a letter or digit)";

    /** What a task's key looks like. */
    public static final Pattern KEY =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,%d}".formatted(Limits.MAX_KEY_LENGTH - 1));

    public static final String KEY_DESCRIBED =
            "a key (up to 100 letters, digits and any of _ . -, beginning with a letter or digit)";

    /** What an error code looks like. */
    public static final Pattern ERROR_CODE =
            Pattern.compile("[A-Z][A-Z0-9_]{0,%d}".formatted(Limits.MAX_ERROR_CODE_LENGTH - 1));

    public static final String ERROR_CODE_DESCRIBED =
            "an error code (up to 100 capital letters, digits and _, beginning with a letter)";

    private static final BigDecimal LEAST_COMPLEXITY = new BigDecimal("0.000001");
    private static final BigDecimal MOST_COMPLEXITY = new BigDecimal("1000000");
    private static final Duration LEAST_DURATION = Duration.ofMillis(1);

    private TaskFieldsReader() {}

    /**
     * Reads a task's fields; the caller reads what else the object has, and finishes it.
     *
     * @param now what deadlines have to lie after
     */
    public static TaskFields read(Fields task, Instant now) {
        task.unsupported("cost_budget", "token_budget", "on_budget_exceeded", "selector", "preemptible");
        BigDecimal complexity = task.number("estimated_complexity", LEAST_COMPLEXITY, MOST_COMPLEXITY);
        return new TaskFields(
                task.text("task_type", TASK_TYPE, TASK_TYPE_DESCRIBED),
                payload(task, "payload"),
                task.oneOf("priority", Priority.class),
                complexity == null ? null : complexity.doubleValue(),
                task.duration("timeout", LEAST_DURATION, Limits.MAX_TIMEOUT),
                retry(task.object("retry")),
                task.labels("labels"),
                Dependencies.read(task),
                task.timeAfter("deadline", now));
    }

    /** Reads a payload, which is an object; what is wrong with it goes to the findings. */
    public static @Nullable Payload payload(Fields holder, String name) {
        JsonNode payload = holder.any(name);
        if (payload == null) {
            return null;
        }
        if (!payload.isObject()) {
            // Reads as an object of no known fields, for the finding.
            holder.object(name);
            return null;
        }
        String json = JsonDocument.write(payload);
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.MAX_PAYLOAD_BYTES) {
            holder.add(
                    ProblemCode.PAYLOAD_TOO_LARGE,
                    name,
                    "a payload takes at most %,d bytes as compact JSON, not %,d"
                            .formatted(Limits.MAX_PAYLOAD_BYTES, bytes));
            return null;
        }
        return new Payload(payload, json, bytes, holder.pointerTo(name));
    }

    private static RetryFields retry(@Nullable Fields retry) {
        if (retry == null) {
            return TaskFields.NONE.retry();
        }
        BigDecimal coefficient =
                retry.number("backoff_coefficient", BigDecimal.ONE, BigDecimal.valueOf(Limits.MAX_BACKOFF_COEFFICIENT));
        RetryFields fields = new RetryFields(
                retry.integer("max_attempts", 1, Limits.MAX_ATTEMPTS),
                retry.duration("initial_interval", Duration.ZERO, Limits.MAX_RETRY_INTERVAL),
                coefficient == null ? null : coefficient.doubleValue(),
                retry.duration("max_interval", Duration.ZERO, Limits.MAX_RETRY_INTERVAL),
                retry.texts("non_retryable_codes", Limits.MAX_NON_RETRYABLE_CODES, ERROR_CODE, ERROR_CODE_DESCRIBED));
        retry.finish();
        Duration initial = fields.initialInterval();
        Duration longest = fields.maxInterval();
        if (initial != null && longest != null && longest.compareTo(initial) < 0) {
            retry.add(
                    ProblemCode.OUT_OF_RANGE,
                    "max_interval",
                    "it is not less than initial_interval, %s; this is %s".formatted(initial, longest));
        }
        return fields;
    }
}
