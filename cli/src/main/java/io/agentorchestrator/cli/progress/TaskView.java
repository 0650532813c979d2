package io.agentorchestrator.cli.progress;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One task of a run, as the API shows it. */
public record TaskView(
        String id,
        String key,
        String type,
        String status,
        int attempt,
        List<String> dependsOn,
        @Nullable JsonNode result,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        @Nullable Waiting waiting,
        @Nullable String agentId,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {
    /** Statuses that do not change any more, of tasks and of DAGs. */
    static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    /** Copies the list. */
    public TaskView {
        dependsOn = List.copyOf(dependsOn);
    }

    static TaskView of(JsonNode task) {
        String id = task.path("task_id").asString("");
        JsonNode error = task.path("error");
        return new TaskView(
                id,
                task.path("key").asString(id),
                task.path("task_type").asString(""),
                task.path("status").asString("PENDING"),
                task.path("attempt").asInt(0),
                task.path("depends_on")
                        .valueStream()
                        .map(each -> each.asString(""))
                        .toList(),
                task.hasNonNull("result") ? task.path("result") : null,
                error.isObject() ? error.path("code").asString("UNKNOWN") : null,
                error.isObject() ? error.path("message").asString("") : null,
                Waiting.of(task.path("waiting")),
                task.hasNonNull("agent_id") ? task.path("agent_id").asString("") : null,
                instant(task.path("started_at")),
                instant(task.path("ended_at")));
    }

    static @Nullable Instant instant(JsonNode value) {
        try {
            return value.isString() ? Instant.parse(value.asString()) : null;
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }

    /** Whether it will not change any more. */
    public boolean ended() {
        return ENDED.contains(status);
    }

    /** What it waits for, or why it failed; empty where there is nothing to explain. */
    String explanation() {
        if (waiting != null) {
            return waiting.words();
        }
        return errorCode == null ? "" : errorCode + ": " + errorMessage;
    }

    /** How long it ran, up to now where it still does; null when it never started. */
    public @Nullable Duration ran(Instant now) {
        if (startedAt == null) {
            return null;
        }
        Duration ran = Duration.between(startedAt, endedAt == null ? now : endedAt);
        return ran.isNegative() ? Duration.ZERO : ran;
    }
}
