package io.agentorchestrator.store.submission;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of one submission request; it is stored as a whole or not at all.
 *
 * @param dag absent for standalone tasks
 * @param createdAt to the microsecond, as PostgreSQL keeps it
 * @param idempotency absent where the client gave no key
 */
public record Submission(
        Origin origin,
        @Nullable NewDag dag,
        List<NewTask> tasks,
        Instant createdAt,
        @Nullable IdempotencyEntry idempotency) {
    /** A submission without a key. */
    public Submission(Origin origin, @Nullable NewDag dag, List<NewTask> tasks, Instant createdAt) {
        this(origin, dag, tasks, createdAt, null);
    }

    public Submission {
        tasks = List.copyOf(tasks);
        createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
        if (dag != null && (dag.parentCounts().length != tasks.size() || dag.pathMillis().length != tasks.size())) {
            throw new IllegalArgumentException("a DAG's plan has one element a task");
        }
    }

    /** The length of its payloads in characters: a rough measure of how much goes into one commit. */
    public long payloadChars() {
        return tasks.stream().mapToLong(task -> task.payload().length()).sum();
    }
}
