package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
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
        Answers.@Nullable TaskError error,
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

    /** Reads a task of a DAG. */
    static TaskView of(Answers.DagTask task) {
        return new TaskView(
                task.taskId(),
                Objects.requireNonNullElse(task.key(), task.taskId()),
                task.taskType(),
                task.status(),
                task.attempt(),
                task.dependsOn(),
                task.result(),
                task.error(),
                Waiting.of(task.waiting()),
                task.agentId(),
                instant(task.startedAt()),
                instant(task.endedAt()));
    }

    /** Reads a task that stands alone. */
    static TaskView of(Answers.Task task) {
        return new TaskView(
                task.taskId(),
                Objects.requireNonNullElse(task.key(), task.taskId()),
                task.taskType(),
                task.status(),
                task.attempt(),
                Objects.requireNonNullElse(task.dependsOn(), List.of()),
                task.result(),
                task.error(),
                Waiting.of(task.waiting()),
                task.agentId(),
                instant(task.startedAt()),
                instant(task.endedAt()));
    }

    static @Nullable Instant instant(@Nullable String value) {
        try {
            return value == null ? null : Instant.parse(value);
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
        return error == null ? "" : error.code() + ": " + error.message();
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
