package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** One dispatch activity: it looks each task up, dispatches, attaches to or leaves it, and reports. */
final class SimulatedBatch {
    final int batch;
    /** Its tasks, those that it takes along among them. */
    final List<Integer> all;

    private final List<Integer> following;
    private final SimulatedStore store;
    private final SimulatedAgents agents;
    private final Random random;
    private final Map<Integer, AttemptEnd> ended = new LinkedHashMap<>();
    private final BitSet notStarted = new BitSet();
    private final List<Integer> releases = new ArrayList<>();

    SimulatedBatch(Decision.DispatchBatch batch, SimulatedStore store, SimulatedAgents agents, Random random) {
        this.batch = batch.batch();
        this.following = batch.dependents();
        this.all = Stream.concat(batch.tasks().stream(), following.stream()).toList();
        this.store = store;
        this.agents = agents;
        this.random = random;
    }

    private int any() {
        return all.get(random.nextInt(all.size()));
    }

    /** A worker that has lost its batch dispatches nothing any more, but records how what it watches ends. */
    void stepAsZombie() {
        int task = any();
        if (store.isOut(task)) {
            releases.addAll(agents.proceed(task));
        }
        loseReleases();
    }

    /** Something happens to one of its tasks, or nothing. */
    void step() {
        int task = any();
        if (ended.containsKey(task) || notStarted.get(task)) {
            return;
        }
        switch (store.status(task)) {
            case COMPLETED, FAILED, CANCELLED, BACKOFF -> ended.put(task, reported(task));
            case WAITING, QUEUED, PENDING -> {
                if (!following.contains(task) || random.nextInt(20) == 0) {
                    notStarted.set(task);
                }
            }
            case RELEASED -> dispatchOrPutBack(task);
            case DISPATCHED, RUNNING -> attachOrLeave(task);
        }
    }

    /** A task that was cancelled by a write never had an attempt end. */
    private AttemptEnd reported(int task) {
        AttemptEnd end = store.lastEnd(task);
        return store.status(task) == TaskStatus.CANCELLED
                ? new AttemptEnd(task, end == null ? 0 : end.attempt(), AttemptEnd.Outcome.CANCELLED, "", false)
                : end;
    }

    private void dispatchOrPutBack(int task) {
        if (random.nextInt(agents.mayStart(task) ? 4 : 3) == 0) {
            store.putBack(task);
            notStarted.set(task);
        } else {
            store.dispatch(task);
        }
    }

    private void attachOrLeave(int task) {
        if (store.isWatched(task)) {
            if (random.nextInt(8) == 0) {
                store.attach(task);
            }
        } else if (random.nextInt(16) == 0) {
            store.putBack(task);
            notStarted.set(task);
        } else {
            agents.proceed(task).stream()
                    .filter(released -> !following.contains(released) || notStarted.get(released))
                    .forEach(releases::add);
        }
    }

    /** The worker dies, and the activity begins anew on another: it has forgotten all, the store nothing. */
    void retry() {
        loseReleases();
        ended.clear();
        notStarted.clear();
    }

    /** Nobody will hear of what it was to report. */
    void loseReleases() {
        releases.forEach(store.lostReleases::set);
        releases.clear();
    }

    /** Whether all is done, or some is done and the rest is at agents; seldom, its worker stops before any is. */
    boolean canReturn() {
        boolean some = !ended.isEmpty() || !notStarted.isEmpty() || random.nextBoolean();
        return some && all.stream().allMatch(task -> isReported(task) || isHeld(task) || store.isOut(task));
    }

    boolean isDone() {
        return all.stream().allMatch(task -> isReported(task) || isHeld(task));
    }

    /** Taken along, and not released yet. */
    private boolean isHeld(int task) {
        return following.contains(task)
                && (store.status(task) == TaskStatus.WAITING || store.status(task) == TaskStatus.QUEUED);
    }

    private boolean isReported(int task) {
        return ended.containsKey(task) || notStarted.get(task);
    }

    Event.BatchReturned result() {
        all.stream().filter(task -> !isReported(task) && isHeld(task)).forEach(notStarted::set);
        List<Integer> running = all.stream().filter(task -> !isReported(task)).toList();
        running.forEach(store::watch);
        return new Event.BatchReturned(
                batch,
                List.copyOf(ended.values()),
                running,
                notStarted.stream().boxed().toList(),
                List.copyOf(releases));
    }
}
