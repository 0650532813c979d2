package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The runs that somebody has changed in the last seconds: a row of theirs that comes now may have been read before. Bounded: of more than
 * {@value #MAX_RUNS} the oldest are forgotten. Confined to the {@link DispatchMachine}.
 */
final class ChangedRuns {
    /** Time for which a row may be under way from the store; reads take milliseconds. */
    static final Duration KEPT = Duration.ofSeconds(10);

    static final int MAX_RUNS = 1_000;

    /** Times of the last change, the oldest first. */
    private final Map<UUID, Long> changedAt = new LinkedHashMap<>();

    void changed(List<UUID> runIds, long now) {
        for (UUID run : runIds) {
            changedAt.remove(run);
            changedAt.put(run, now);
        }
        while (changedAt.size() > MAX_RUNS) {
            changedAt.remove(changedAt.keySet().iterator().next());
        }
    }

    /** Tells whether rows of the run that come now may be older than its last change. */
    boolean contains(UUID runId, long now) {
        Long at = changedAt.get(runId);
        return at != null && now - at <= KEPT.toNanos();
    }
}
