package io.agentorchestrator.store.deadletter;

import java.util.List;
import java.util.UUID;

/**
 * The result of reprocessing many dead letters, each list the oldest first.
 *
 * @param tasks the new tasks
 * @param skipped entries that matched and stay OPEN
 */
public record BulkAnswer(List<Reprocessed> tasks, List<Skipped> skipped) {
    /** The code of an entry that cannot stand alone. */
    public static final String NEEDS_ITS_DAG = "NEEDS_ITS_DAG";

    public BulkAnswer {
        tasks = List.copyOf(tasks);
        skipped = List.copyOf(skipped);
    }

    /** An entry, and the task that was made of it. */
    public record Reprocessed(EntryId entry, UUID taskId) {}

    /**
     * An entry that no task was made of.
     *
     * @param code why, stable
     * @param message why, and the way out
     */
    public record Skipped(EntryId entry, String code, String message) {}
}
