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
 * @param attempts by number, the one under way included
 * @param result JSON; present once the task has completed with one
 * @param costMicroUsd what its attempts have cost, in millionths of a USD
 * @param dependencies tasks submitted before it that it depends on, in the order of their ids
 */
public record TaskDetail(
        TaskFacts facts,
        String payload,
        List<String> dependsOn,
        List<AttemptFacts> attempts,
        @Nullable String result,
        @Nullable CheckpointFacts checkpoint,
        long costMicroUsd,
        List<UUID> dependencies) {
    public TaskDetail {
        dependsOn = List.copyOf(dependsOn);
        attempts = List.copyOf(attempts);
        dependencies = List.copyOf(dependencies);
    }

    /** When the last checkpoint was recorded, and its number in its attempt. */
    public record CheckpointFacts(Instant at, long sequence) {}
}
