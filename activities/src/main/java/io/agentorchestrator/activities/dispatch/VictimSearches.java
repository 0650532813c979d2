package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says when other workers are asked for tasks that may be stopped: of each set of agents and priority by itself the more seldom the longer there is nothing, and
 * anew once another task waits for it. Confined to {@link Preemption}.
 */
final class VictimSearches {
    static final Duration LEAST_PAUSE = Duration.ofMillis(500);
    static final Duration MOST_PAUSE = Duration.ofSeconds(30);
    /** Sets that are asked for at once; others have their turn in the next rounds, while these pause. */
    static final int MAX_AT_ONCE = 16;

    /** By what is sought; forgotten once nobody waits for it and its pause is over. */
    private final Map<Sought, Search> searches = new HashMap<>();

    /**
     * Tasks to be found: at these agents, of less than this priority.
     *
     * @param agentIds in order
     */
    record Sought(List<String> agentIds, Priority priority) {}

    private static final class Search {
        long pauseNanos = LEAST_PAUSE.toNanos();
        long askedAt;
        long nextAt;
        long newest;

        Search(long now, long newest) {
            this.nextAt = now;
            this.newest = newest;
        }

        boolean isDue(long now, long newestTask) {
            if (newestTask > newest) {
                newest = newestTask;
                pauseNanos = LEAST_PAUSE.toNanos();
                nextAt = Math.min(nextAt, askedAt + pauseNanos);
            }
            return now >= nextAt;
        }

        void asked(long now) {
            askedAt = now;
            nextAt = now + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, MOST_PAUSE.toNanos());
        }
    }

    /** A task has been found here: where there was one, there may soon be more. */
    void found(Sought sought) {
        Search search = searches.get(sought);
        if (search != null) {
            search.pauseNanos = LEAST_PAUSE.toNanos();
        }
    }

    /**
     * Takes those whose time has come, at most {@value #MAX_AT_ONCE}.
     *
     * @param newest what is sought, the most urgent first, with the number of the latest task that waits for it
     */
    List<Sought> due(Map<Sought, Long> newest, long now) {
        searches.entrySet().removeIf(search -> !newest.containsKey(search.getKey()) && now >= search.getValue().nextAt);
        List<Sought> due = new ArrayList<>();
        newest.forEach((sought, number) -> {
            if (due.size() < MAX_AT_ONCE) {
                Search search = searches.computeIfAbsent(sought, _ -> new Search(now, number));
                if (search.isDue(now, number)) {
                    search.asked(now);
                    due.add(sought);
                }
            }
        });
        return due;
    }
}
