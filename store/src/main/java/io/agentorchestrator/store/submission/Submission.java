package io.agentorchestrator.store.submission;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request submits; it is stored as a whole or not at all.
 *
 * @param dag absent for standalone tasks
 * @param createdAt to the microsecond, as PostgreSQL keeps it
 */
public record Submission(Origin origin, @Nullable NewDag dag, List<NewTask> tasks, Instant createdAt) {
    public Submission {
        tasks = List.copyOf(tasks);
        createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
        if (dag != null && dag.parentCounts().length != tasks.size()) {
            throw new IllegalArgumentException("a DAG's plan has one element a task");
        }
    }

    /** What its payloads take, roughly: the measure of how much goes into one commit. */
    public long payloadChars() {
        long chars = 0;
        for (NewTask task : tasks) {
            chars += task.payload().length();
        }
        return chars;
    }
}
