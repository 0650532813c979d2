package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.model.Priority;
import java.util.Comparator;
import java.util.UUID;

/**
 * A task's place in the backlog: by priority, then first come, first served (ids of version 7 ascend with time).
 */
public record Rank(Priority priority, UUID taskId) implements Comparable<Rank> {
    private static final Comparator<Rank> ORDER = Comparator.comparing(Rank::priority)
            .thenComparing(rank -> rank.taskId().getMostSignificantBits(), Long::compareUnsigned)
            .thenComparing(rank -> rank.taskId().getLeastSignificantBits(), Long::compareUnsigned);

    @Override
    public int compareTo(Rank other) {
        return ORDER.compare(this, other);
    }

    public boolean isBefore(Rank other) {
        return compareTo(other) < 0;
    }
}
