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

/**
 * One task of a run, as the API shows it.
 *
 * @param key its name in its DAG or batch; its id where it has none
 * @param progress of the attempt under way, such as {@code 42 % page 4 of 10}; empty where its agent has told none
 */
public record ShownTask(
        String id,
        String key,
        String type,
        String status,
        int attempt,
        List<String> dependsOn,
        @Nullable JsonNode result,
        Answers.@Nullable TaskError error,
        @Nullable WaitReason waiting,
        @Nullable String agentId,
        String progress,
        Usage usage,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {
    /** Statuses that do not change any more, of tasks and of DAGs. */
    static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    /** Copies the list. */
    public ShownTask {
        dependsOn = List.copyOf(dependsOn);
    }

    /** Reads a task of a DAG. */
    static ShownTask of(Answers.DagTask task) {
        return new ShownTask(
                task.taskId(),
                Objects.requireNonNullElse(task.key(), task.taskId()),
                task.taskType(),
                task.status(),
                task.attempt(),
                task.dependsOn(),
                task.result(),
                task.error(),
                WaitReason.of(task.waiting()),
                task.agentId(),
                progress(task.progress()),
                Usage.of(task.usage()),
                instant(task.startedAt()),
                instant(task.endedAt()));
    }

    /** Reads a task that stands alone. */
    static ShownTask of(Answers.Task task) {
        return new ShownTask(
                task.taskId(),
                Objects.requireNonNullElse(task.key(), task.taskId()),
                task.taskType(),
                task.status(),
                task.attempt(),
                Objects.requireNonNullElse(task.dependsOn(), List.of()),
                task.result(),
                task.error(),
                WaitReason.of(task.waiting()),
                task.agentId(),
                progress(task.progress()),
                Usage.of(task.usage()),
                instant(task.startedAt()),
                instant(task.endedAt()));
    }

    static String progress(Answers.@Nullable Progress progress) {
        return progress == null
                ? ""
                : (Math.round(100 * progress.fraction().doubleValue()) + " % "
                                + Objects.requireNonNullElse(progress.message(), ""))
                        .strip();
    }

    static @Nullable Instant instant(@Nullable String value) {
        try {
            return value == null ? null : Instant.parse(value);
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }

    /** Tells whether it has ended, so that it will not change any more. */
    public boolean ended() {
        return ENDED.contains(status);
    }

    /** Tells whether it has a name. */
    boolean hasKey() {
        return !key.equals(id);
    }

    /** The reason for which it waits or failed; empty where there is nothing to explain. */
    String explanation() {
        if (waiting != null) {
            return waiting.words();
        }
        return error == null ? "" : error.code() + ": " + error.message();
    }

    /** The time that it ran, up to now if it still does; null if it never started. */
    public @Nullable Duration ran(Instant now) {
        if (startedAt == null) {
            return null;
        }
        Duration ran = Duration.between(startedAt, endedAt == null ? now : endedAt);
        return ran.isNegative() ? Duration.ZERO : ran;
    }
}
