package io.agentorchestrator.cli.progress;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One task of a run, as the API shows it.
 *
 * @param progress of the attempt under way, such as {@code 42 % page 4 of 10}; empty where its agent has told none
 * @param placement why its last dispatch went to its agent, in words; empty where that is not known
 */
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
        String placement,
        String progress,
        Usage usage,
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
                task.at("/placement/detail").asString(""),
                progress(task.path("progress")),
                Usage.of(task.path("usage")),
                instant(task.path("started_at")),
                instant(task.path("ended_at")));
    }

    private static String progress(JsonNode progress) {
        JsonNode fraction = progress.path("fraction");
        if (!fraction.isNumber()) {
            return "";
        }
        return (Math.round(100 * fraction.doubleValue()) + " % "
                        + progress.path("message").asString(""))
                .strip();
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
