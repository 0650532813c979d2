package io.agentorchestrator.store.retention;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of a batch.
 *
 * @param last the last id that it looked at; absent if it saw none
 * @param firstKept the first id that it looked at and kept
 * @param more whether there may be more to look at
 */
record SweepResult(@Nullable UUID last, @Nullable UUID firstKept, boolean more) {
    /**
     * The result of having looked at these ids and deleted some.
     *
     * @param limit as many as it might look at
     */
    static SweepResult of(List<UUID> seen, Set<UUID> deleted, int limit) {
        UUID firstKept =
                seen.stream().filter(id -> !deleted.contains(id)).findFirst().orElse(null);
        return new SweepResult(seen.isEmpty() ? null : seen.getLast(), firstKept, seen.size() == limit);
    }
}
