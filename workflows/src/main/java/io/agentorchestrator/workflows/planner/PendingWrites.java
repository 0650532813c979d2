package io.agentorchestrator.workflows.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Ends and requeues to be recorded: gathered while events are folded, then cut into writes, which are kept until they are done. */
final class PendingWrites {
    /** Tasks in one write at most. */
    static final int MAX_TASKS = 1_000;

    private final List<Decision.Failure> failed = new ArrayList<>();
    private final List<Decision.Cancellation> cancelled = new ArrayList<>();
    private final List<Integer> requeued = new ArrayList<>();
    private final Map<Integer, Decision.Write> pending = new TreeMap<>();
    private int next;

    PendingWrites(PlannerSnapshot snapshot) {
        this.next = snapshot.nextWrite();
        snapshot.pending().forEach(write -> pending.put(write.number(), write));
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

    /** The number of the next write. */
    int next() {
        return next;
    }

    /** Writes that may or may not be done. */
    List<Decision.Write> pending() {
        return List.copyOf(pending.values());
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Takes a write that is done now, or null if it was before. */
    Decision.@Nullable Write take(int number) {
        return pending.remove(number);
    }

    /** Cuts what was gathered into writes. */
    List<Decision.Write> flush() {
        List<Decision.Write> writes = new ArrayList<>();
        for (int from = 0; from < failed.size() + cancelled.size() + requeued.size(); from += MAX_TASKS) {
            int skippedCancelled = from - failed.size();
            int skippedRequeued = skippedCancelled - cancelled.size();
            Decision.Write write = new Decision.Write(
                    next++,
                    window(failed, from),
                    window(cancelled, skippedCancelled),
                    window(requeued, skippedRequeued));
            pending.put(write.number(), write);
            writes.add(write);
        }
        failed.clear();
        cancelled.clear();
        requeued.clear();
        return writes;
    }

    /** The part of a list that lies in a window of {@link #MAX_TASKS}; the window may begin before the list does. */
    private static <T> List<T> window(List<T> list, int from) {
        int begin = Math.clamp(from, 0, list.size());
        int end = Math.clamp((long) from + MAX_TASKS, 0, list.size());
        return List.copyOf(list.subList(begin, end));
    }
}
