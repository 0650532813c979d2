package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A batch whose activity waits, and what has become of its tasks. Confined to the {@link DispatchMachine}. */
final class OpenBatch {
    final long id;
    final RunKey run;
    final RunFacts facts;
    private final long returnAtLatest;
    private final DispatchSettings settings;
    private final Map<Integer, TrackedTask> open = new LinkedHashMap<>();
    private final Map<Integer, AttemptEnd> ended = new LinkedHashMap<>();
    private final List<Integer> notStarted = new ArrayList<>();
    private final List<Integer> running = new ArrayList<>();
    private final List<Integer> releases = new ArrayList<>();
    /** Tasks that wait for others of the batch; the value is null where the row was not read. */
    private final Map<Integer, Held> held = new TreeMap<>();
    /** Released tasks whose rows are being read. */
    private int loading;
    /** Outcomes of the batch that are being recorded. */
    private int recording;

    private boolean heldPerhapsChanged;
    private boolean runEnded;
    private long firstEndAt = TrackedTask.NEVER;
    private long firstNewsAt = TrackedTask.NEVER;

    OpenBatch(long id, RunKey run, RunFacts facts, DispatchSettings settings, long returnAtLatest) {
        this.id = id;
        this.run = run;
        this.facts = facts;
        this.settings = settings;
        this.returnAtLatest = returnAtLatest;
    }

    void add(TrackedTask task) {
        open.put(task.index(), task);
    }

    Stream<TrackedTask> open() {
        return open.values().stream();
    }

    void ended(AttemptEnd end, long now) {
        open.remove(end.task());
        ended.put(end.task(), end);
        firstEndAt = Math.min(firstEndAt, now);
        if (end.outcome() != AttemptEnd.Outcome.COMPLETED) {
            isNews(now);
        }
    }

    /** Takes over what the store says of a task that has ended. */
    void endedElsewhere(int index, @Nullable String name, BatchState state, long now) {
        AttemptEnd.Outcome outcome = switch (state.status()) {
            case COMPLETED -> AttemptEnd.Outcome.COMPLETED;
            case CANCELLED -> AttemptEnd.Outcome.CANCELLED;
            case FAILED, BACKOFF -> AttemptEnd.Outcome.FAILED;
            case PENDING, WAITING, QUEUED, RELEASED, DISPATCHED, RUNNING ->
                throw new IllegalStateException("task " + index + " has not ended: " + state.status());
        };
        boolean failed = outcome == AttemptEnd.Outcome.FAILED;
        String code = failed && state.errorCode() != null ? state.errorCode() : "";
        ended(
                new AttemptEnd(
                        index, state.attempt(), outcome, code, failed && state.retryable(), failed ? name : null),
                now);
    }

    /** Is back in the backlog, or still in it. */
    void notStarted(int index, long now) {
        open.remove(index);
        notStarted.add(index);
        isNews(now);
    }

    /** Goes on, but not by this worker. */
    void leave(int index, long now) {
        if (open.remove(index) != null) {
            running.add(index);
            isNews(now);
        }
    }

    /** Nothing is known of it here any more: the run looks for it by its next batch. */
    void letGo(int index, long now) {
        if (open.remove(index) != null) {
            isNews(now);
        }
    }

    void hold(int index, @Nullable BatchTask task, long deadlineAt) {
        held.putIfAbsent(index, new Held(task, deadlineAt));
    }

    boolean holds(int index) {
        return held.containsKey(index);
    }

    List<Integer> held() {
        return List.copyOf(held.keySet());
    }

    /** Somebody has changed the run since rows of held tasks were read. */
    void heldMayHaveChanged() {
        heldPerhapsChanged = true;
    }

    boolean isHeldPerhapsChanged() {
        return heldPerhapsChanged;
    }

    /** The held task that is to go on now; null where its row was not read. */
    @Nullable BatchTask takeHeld(int index) {
        Held task = held.remove(index);
        return task == null ? null : task.task();
    }

    /** The held tasks whose rows were read, by their ids. */
    List<BatchTask> heldTasks() {
        return held.values().stream()
                .map(Held::task)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(BatchTask::taskId))
                .toList();
    }

    /** Tells the planner of a task that left the backlog and is not in the batch. */
    void released(int index, long now) {
        releases.add(index);
        isNews(now);
    }

    void giveUpHeld(int index, long now) {
        if (held.remove(index) != null) {
            notStarted.add(index);
            isNews(now);
        }
    }

    /** Gives held tasks up whose deadline has passed. */
    void expireHeld(long now) {
        for (int index : List.copyOf(held.keySet())) {
            Held task = held.get(index);
            if (task != null && now >= task.deadlineAt()) {
                giveUpHeld(index, now);
            }
        }
    }

    void loading(int count) {
        loading += count;
    }

    void recording(int count) {
        recording += count;
    }

    void runEnded(boolean ended) {
        runEnded |= ended;
    }

    /** When it returns at the latest, as it stands. */
    long returnAt() {
        if (open.isEmpty() && loading == 0 && recording == 0) {
            return Long.MIN_VALUE;
        }
        if (loading > 0 || recording > 0) {
            return Long.MAX_VALUE;
        }
        long at = returnAtLatest;
        if (firstEndAt != TrackedTask.NEVER) {
            at = Math.min(at, firstEndAt + settings.patience().toNanos());
        }
        if (firstNewsAt != TrackedTask.NEVER) {
            at = Math.min(at, firstNewsAt + settings.linger().toNanos());
        }
        return at;
    }

    BatchResult result() {
        List<Integer> back = Stream.concat(notStarted.stream(), held.keySet().stream())
                .sorted()
                .toList();
        List<Integer> atAgents =
                Stream.concat(open.keySet().stream(), running.stream()).sorted().toList();
        return new BatchResult(List.copyOf(ended.values()), atAgents, back, List.copyOf(releases), runEnded);
    }

    private void isNews(long now) {
        firstNewsAt = Math.min(firstNewsAt, now);
    }

    private record Held(@Nullable BatchTask task, long deadlineAt) {}
}
