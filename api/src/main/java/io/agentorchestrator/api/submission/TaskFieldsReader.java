package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.submission.TaskFields.RetryFields;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.selector.Selector;
import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.VersionRange;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the fields that tasks have, alone, in a batch, in a DAG and in its defaults. */
public final class TaskFieldsReader {
    private static final Duration LEAST_DURATION = Duration.ofMillis(1);

    private TaskFieldsReader() {}

    /**
     * Reads a task's fields; the caller reads what else the object has.
     *
     * @param now what deadlines have to lie after
     */
    public static TaskFields read(Fields task, Instant now) {
        BigDecimal complexity = task.number("estimated_complexity");
        return new TaskFields(
                task.text("task_type"),
                payload(task, "payload"),
                task.oneOf("priority", Priority.class),
                complexity == null ? null : complexity.doubleValue(),
                task.duration("timeout", LEAST_DURATION, Limits.MAX_TIMEOUT),
                retry(task.object("retry")),
                task.labels("labels"),
                Dependencies.read(task),
                task.timeAfter("deadline", now),
                selector(task.object("selector")),
                task.bool("preemptible"),
                BudgetFields.read(task));
    }

    /** Reads a payload, which is an object; one that is too large goes to the findings. */
    public static @Nullable Payload payload(Fields holder, String name) {
        JsonNode payload = holder.tree(name);
        if (payload == null) {
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

    private static @Nullable TaskSelector selector(@Nullable Fields selector) {
        return selector == null
                ? null
                : new TaskSelector(conditions(selector), conditions(selector.object("preferred")));
    }

    private static Selector conditions(@Nullable Fields selector) {
        if (selector == null) {
            return Selector.NONE;
        }
        SortedMap<String, String> labels = selector.labels("labels");
        return new Selector(selector.text("region"), versions(selector), labels == null ? new TreeMap<>() : labels);
    }

    private static @Nullable VersionRange versions(Fields selector) {
        String text = selector.text("version");
        if (text == null) {
            return null;
        }
        try {
            return VersionRange.parse(text);
        } catch (IllegalArgumentException neither) {
            selector.add(
                    ProblemCode.INVALID_VALUE,
                    "version",
                    "a version, such as 1.4.2, or up to 4 comparisons, such as '>=1.2, <2', are needed, not '%s'"
                            .formatted(Shown.text(text)));
            return null;
        }
    }

    private static RetryFields retry(@Nullable Fields retry) {
        if (retry == null) {
            return TaskFields.NONE.retry();
        }
        BigDecimal coefficient = retry.number("backoff_coefficient");
        RetryFields fields = new RetryFields(
                retry.integer("max_attempts"),
                retry.duration("initial_interval", Duration.ZERO, Limits.MAX_RETRY_INTERVAL),
                coefficient == null ? null : coefficient.doubleValue(),
                retry.duration("max_interval", Duration.ZERO, Limits.MAX_RETRY_INTERVAL),
                retry.texts("non_retryable_codes"));
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
