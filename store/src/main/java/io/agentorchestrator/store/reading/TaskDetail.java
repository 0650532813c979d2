package io.agentorchestrator.store.reading;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a task.
 *
 * @param payload a JSON object
 * @param dependsOn keys of tasks of the same DAG; {@code #} and the index of one without a key
 * @param attempts by number, the one under way included; of very many the last
 * @param result JSON; present once the task has completed with one
 * @param progress of the attempt under way
 * @param usage of all its dispatches, those included that are under way and those whose outcome came too late
 * @param runCreatedAt of a DAG's task: when the run that it is in was asked for, or took over from one that was lost
 * @param dependencies tasks submitted before it that it depends on, in the order of their ids
 * @param reprocessedFrom the task that it was made of
 * @param reprocessedAs the task that was made of it last
 * @param deadLetterEntryId of the dead letter that it is, or was before it was reprocessed
 */
public record TaskDetail(
        TaskFacts facts,
        String payload,
        List<String> dependsOn,
        List<AttemptFacts> attempts,
        @Nullable String result,
        @Nullable CheckpointFacts checkpoint,
        @Nullable ProgressFacts progress,
        UsageSum usage,
        @Nullable Instant runCreatedAt,
        List<UUID> dependencies,
        @Nullable UUID reprocessedFrom,
        @Nullable UUID reprocessedAs,
        @Nullable String deadLetterEntryId) {
    public TaskDetail {
        dependsOn = List.copyOf(dependsOn);
        attempts = List.copyOf(attempts);
        dependencies = List.copyOf(dependencies);
    }

    /** When the last checkpoint was recorded, and its number in its attempt. */
    public record CheckpointFacts(Instant at, long sequence) {}
}
