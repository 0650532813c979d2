package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.dispatch.WatchedTask.Phase;
import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tasks of a batch and what has become of each. Confined to the session's thread. */
final class Batch {
    private final RunKey run;
    private final RunFacts facts;
    private final Map<Integer, WatchedTask> tasks = new LinkedHashMap<>();
    private final List<AttemptEnd> ended = new ArrayList<>();
    private final List<Integer> notStarted = new ArrayList<>();
    private final List<Integer> inOtherHands = new ArrayList<>();
    private final List<Integer> releases = new ArrayList<>();
    /** What it takes along, and has not started. */
    private final Map<Integer, Held> held = new TreeMap<>();
    /** Of those, what was released and is to be started next. */
    private final List<Held> loose = new ArrayList<>();

    private boolean runEnded;
    private @Nullable Instant firstEndAt;
    private @Nullable Instant firstNewsAt;

    Batch(RunKey run, RunFacts facts) {
        this.run = run;
        this.facts = facts;
    }

    RunKey run() {
        return run;
    }

    RunFacts facts() {
        return facts;
    }

    void add(WatchedTask task) {
        tasks.put(task.index(), task);
    }

    boolean holds(int index) {
        return tasks.containsKey(index);
    }

    WatchedTask task(int index) {
        WatchedTask task = tasks.get(index);
        if (task == null) {
            throw new IllegalStateException("task " + index + " is not in the batch");
        }
        return task;
    }

    /** Tasks that this batch still has to do with. */
    Stream<WatchedTask> open() {
        return tasks.values().stream().filter(task -> task.phase != Phase.OVER);
    }

    void ended(AttemptEnd end, Instant now) {
        ended.add(end);
        firstEndAt = firstEndAt == null ? now : firstEndAt;
        if (end.outcome() != AttemptEnd.Outcome.COMPLETED) {
            isNews(now);
        }
    }

    /**
     * Takes over what the store says of a task that has ended.
     *
     * @param name what people call the task, where that is for us to say
     */
    void endedElsewhere(int index, @Nullable String name, BatchState state, Instant now) {
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

    void notStarted(int index, Instant now) {
        notStarted.add(index);
        isNews(now);
    }

    /** Another session has moved the task on; a further batch will find out how it goes. */
    void inOtherHands(int index, Instant now) {
        inOtherHands.add(index);
        isNews(now);
    }

    /** The batch goes on with this task once it is released; one that it holds already stays as it is. */
    void hold(Held task) {
        held.putIfAbsent(task.index(), task);
    }

    Set<Integer> held() {
        return Set.copyOf(held.keySet());
    }

    /** Held tasks whose deadline has passed. */
    List<Integer> heldTooLong(Instant now) {
        List<Integer> tasks = new ArrayList<>();
        for (Held task : held.values()) {
            Instant deadline = task.deadline();
            if (deadline != null && !now.isBefore(deadline)) {
                tasks.add(task.index());
            }
        }
        return tasks;
    }

    /** When the first deadline of a held task passes; null if none does. */
    @Nullable Instant firstDeadlineOfHeld() {
        return held.values().stream()
                .flatMap(task -> Stream.ofNullable(task.deadline()))
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Tasks of the run that have their turn: what is held is to be started, the planner has to hear of the rest. */
    void released(List<Integer> indexes, Instant now) {
        for (int index : indexes) {
            Held task = held.remove(index);
            if (task != null) {
                loose.add(task);
            } else {
                releases.add(index);
                isNews(now);
            }
        }
    }

    /** Is given back to the planner, unless it was before. */
    void giveUp(int index, Instant now) {
        if (held.remove(index) != null) {
            notStarted(index, now);
        }
    }

    /** Not held any more: others have moved it on. */
    void letGo(int index) {
        held.remove(index);
    }

    /** To be started, or watched, next: it has left the backlog without this batch's being told. */
    void letLoose(int index) {
        held.remove(index);
        loose.add(new Held(index, null, null));
    }

    /** What was held and is to be started, of which the batch is told once. */
    List<Held> takeLoose() {
        List<Held> taken = List.copyOf(loose);
        loose.clear();
        return taken;
    }

    /** The recording of an outcome has ended the run, or not. */
    void runEnded(boolean ended) {
        runEnded |= ended;
    }

    private void isNews(Instant now) {
        firstNewsAt = firstNewsAt == null ? now : firstNewsAt;
    }

    /** When the first outcome was there; null while there is none. */
    @Nullable Instant firstEndAt() {
        return firstEndAt;
    }

    /** When there was something first that the planner acts upon: more than a task that has completed. Null while there is none. */
    @Nullable Instant firstNewsAt() {
        return firstNewsAt;
    }

    /**
     * A task that waits for others of the batch.
     *
     * @param task as it was when it began to wait; null where it is to be read again
     */
    record Held(
            int index, @Nullable Instant deadline, @Nullable BatchTask task) {}

    BatchResult result() {
        List<Integer> back = Stream.concat(notStarted.stream(), held.keySet().stream())
                .sorted()
                .toList();
        List<Integer> running = Stream.concat(open().map(WatchedTask::index), inOtherHands.stream())
                .sorted()
                .toList();
        return new BatchResult(List.copyOf(ended), running, back, List.copyOf(releases), runEnded);
    }
}
