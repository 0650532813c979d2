package io.agentorchestrator.workflows.release;

import java.util.Comparator;
import java.util.UUID;

/**
 * A task's place in the backlog, the lowest first. The database computes it when a task is queued ({@code queue_rank}): the time of that, less the head
 * start of the task's priority. So it never changes while the task waits, and whoever waits gains on all that come later, of whatever priority.
 *
 * @param millis since the epoch; the ids of tasks, which ascend with time, decide between equals
 */
public record Rank(long millis, UUID taskId) implements Comparable<Rank> {
    private static final Comparator<Rank> ORDER = Comparator.comparingLong(Rank::millis)
            .thenComparing(rank -> rank.taskId().getMostSignificantBits(), Long::compareUnsigned)
            .thenComparing(rank -> rank.taskId().getLeastSignificantBits(), Long::compareUnsigned);

    @Override
    public int compareTo(Rank other) {
        return ORDER.compare(this, other);
    }

    /** Tells whether a task of this rank leaves before one of the other. */
    public boolean isBefore(Rank other) {
        return compareTo(other) < 0;
    }
}
