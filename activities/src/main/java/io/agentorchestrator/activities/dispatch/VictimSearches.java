package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says when other workers are asked for tasks that may be stopped: for tasks that demand the same the more seldom the longer there is nothing,
 * and anew once another of them waits. Which agents there are at the moment changes no pause: one that comes and goes does not have others asked
 * more often. Confined to {@link Preemption}.
 */
final class VictimSearches {
    static final Duration LEAST_PAUSE = Duration.ofMillis(500);
    static final Duration MOST_PAUSE = Duration.ofSeconds(30);
    /** Kinds of tasks that are asked for at once; others have their turn in the next rounds, while these pause. */
    static final int MAX_AT_ONCE = 16;

    /** By what is sought; forgotten once nobody waits for it and its pause is over. */
    private final Map<Sought, Search> searches = new HashMap<>();

    /**
     * All that a waiting task demands of a slot: tasks that demand the same may go to the same agents.
     *
     * @param selector as {@link BatchTask#selector}
     * @param maxCostFactor USD an hour; infinite where nothing limits it
     */
    record Sought(String taskType, String tenant, @Nullable String selector, double maxCostFactor, Priority priority) {
        static Sought by(BatchTask task) {
            return new Sought(task.taskType(), task.tenant(), task.selector(), task.maxCostFactor(), task.priority());
        }
    }

    private static final class Search {
        long pauseNanos = LEAST_PAUSE.toNanos();
        long pauseBefore = pauseNanos;
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
            pauseBefore = pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, MOST_PAUSE.toNanos());
        }

        void nobodyAsked(long now) {
            nextAt = now + LEAST_PAUSE.toNanos();
            pauseNanos = pauseBefore;
        }
    }

    /** A task has been found here: where there was one, there may soon be more. */
    void found(Sought sought) {
        Search search = searches.get(sought);
        if (search != null) {
            search.pauseNanos = LEAST_PAUSE.toNanos();
        }
    }

    /** No agent is there that it could be asked for at: it is due again soon, and its pauses stay as they are. */
    void nobodyAsked(Sought sought, long now) {
        Search search = searches.get(sought);
        if (search != null) {
            search.nobodyAsked(now);
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
