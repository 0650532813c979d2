package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.console.DisplayWidth;
import io.agentorchestrator.text.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One task of a run, as the API shows it. */
public record ShownTask(Answers.DagTask told) {
    /** Statuses that do not change any more, of tasks and of DAGs. */
    static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    /** Its name in its DAG or batch; its id where it has none. */
    public String key() {
        return Objects.requireNonNullElse(told.key(), told.taskId());
    }

    /** The columns that the longest of their keys takes. */
    static int keyColumns(List<ShownTask> tasks) {
        return tasks.stream()
                .mapToInt(task -> DisplayWidth.of(VisibleText.of(task.key())))
                .max()
                .orElse(0);
    }

    String status() {
        return told.status();
    }

    /** The progress of the attempt under way, such as {@code 42 % page 4 of 10}; empty where its agent has told nothing. */
    String progress() {
        return Words.of(told.progress());
    }

    /** Tells whether it has ended, so that it will not change any more. */
    public boolean ended() {
        return ENDED.contains(told.status());
    }

    /** The reason for which it waits or failed; empty where there is nothing to explain. */
    String explanation() {
        return told.waiting() == null ? Words.of(told.error()) : Words.of(told.waiting());
    }

    /** The time that it ran, up to now if it still does; null if it never started. */
    public @Nullable Duration ran(Instant now) {
        Instant started = Words.instant(told.startedAt());
        return started == null ? null : Words.between(started, Words.instant(told.endedAt()), now);
    }
}
