package io.agentorchestrator.workflows.planner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Ends and requeues to be recorded: gathered while events are folded, then cut into settlements, kept until they are answered. */
final class Settlements {
    /** Tasks in one settlement at most. */
    static final int MAX_TASKS = 1_000;

    private final List<Decision.Failure> failed = new ArrayList<>();
    private final List<Decision.Cancellation> cancelled = new ArrayList<>();
    private final List<Integer> requeued = new ArrayList<>();
    private final Map<Integer, Decision.Settle> unanswered = new TreeMap<>();
    private int nextSettlement;

    Settlements(int nextSettlement, Collection<Decision.Settle> unanswered) {
        this.nextSettlement = nextSettlement;
        unanswered.forEach(settle -> this.unanswered.put(settle.settlement(), settle));
    }

    void fail(Decision.Failure failure) {
        failed.add(failure);
    }

    void cancel(Decision.Cancellation cancellation) {
        cancelled.add(cancellation);
    }

    void requeue(int task) {
        requeued.add(task);
    }

    int nextSettlement() {
        return nextSettlement;
    }

    List<Decision.Settle> unanswered() {
        return List.copyOf(unanswered.values());
    }

    boolean allAnswered() {
        return unanswered.isEmpty();
    }

    /** Takes a settlement that is answered now, or null if it was before. */
    Decision.@Nullable Settle answered(int settlement) {
        return unanswered.remove(settlement);
    }

    /** Cuts what was gathered into settlements. */
    List<Decision.Settle> flush() {
        List<Decision.Settle> settles = new ArrayList<>();
        for (int from = 0; from < failed.size() + cancelled.size() + requeued.size(); from += MAX_TASKS) {
            int skippedCancelled = from - failed.size();
            int skippedRequeued = skippedCancelled - cancelled.size();
            Decision.Settle settle = new Decision.Settle(
                    nextSettlement++,
                    window(failed, from),
                    window(cancelled, skippedCancelled),
                    window(requeued, skippedRequeued));
            unanswered.put(settle.settlement(), settle);
            settles.add(settle);
        }
        failed.clear();
        cancelled.clear();
        requeued.clear();
        return settles;
    }

    /** The part of a list that lies in a window of {@link #MAX_TASKS}; the window may begin before the list does. */
    private static <T> List<T> window(List<T> list, int from) {
        int begin = Math.clamp(from, 0, list.size());
        int end = Math.clamp((long) from + MAX_TASKS, 0, list.size());
        return List.copyOf(list.subList(begin, end));
    }
}
