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
 * @param progress of the attempt under way, such as {@code 42 % page 4 of 10}; empty where its agent has told none
 * @param placement why its last dispatch went to its agent, in words; empty where that is not known
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
        String placement,
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
                placement(task.placement()),
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
                placement(task.placement()),
                progress(task.progress()),
                Usage.of(task.usage()),
                instant(task.startedAt()),
                instant(task.endedAt()));
    }

    private static String placement(Answers.@Nullable Placement placement) {
        return placement == null ? "" : placement.detail();
    }

    private static String progress(Answers.@Nullable Progress progress) {
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
