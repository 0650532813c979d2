package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** One dispatch activity, with the agents behind it: it looks each task up, starts or watches it, and reports. */
final class SimulatedBatch {
    static final String CRASHED = "AGENT_CRASHED";
    static final String TIMEOUT = "TIMEOUT";

    final int batch;
    /** Its tasks, those that it takes along among them. */
    final List<Integer> all;

    private final List<Integer> following;
    private final SimulatedStore store;
    private final SimulatedDeadlines deadlines;
    private final BitSet toBeStopped;
    private final boolean badAgents;
    private final Random random;
    private final Map<Integer, AttemptEnd> ended = new LinkedHashMap<>();
    private final BitSet notStarted = new BitSet();
    private final List<Integer> releases = new ArrayList<>();

    SimulatedBatch(
            Decision.DispatchBatch batch,
            SimulatedStore store,
            SimulatedDeadlines deadlines,
            BitSet toBeStopped,
            boolean badAgents,
            Random random) {
        this.batch = batch.batch();
        this.following = batch.following();
        this.all = Stream.concat(batch.tasks().stream(), following.stream()).toList();
        this.store = store;
        this.deadlines = deadlines;
        this.toBeStopped = toBeStopped;
        this.badAgents = badAgents;
        this.random = random;
    }

    private int any() {
        return all.get(random.nextInt(all.size()));
    }

    /** A worker that has lost its batch hands nothing over any more, but records how what it watches ends. */
    void stepAsZombie() {
        int task = any();
        if (store.status(task) == TaskStatus.RUNNING) {
            proceed(task);
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
            case RELEASED -> startOrPutBack(task);
            case DISPATCHED, RUNNING -> proceed(task);
        }
    }

    /** A task that was cancelled by a settlement never had an attempt end. */
    private AttemptEnd reported(int task) {
        AttemptEnd end = store.lastEnd(task);
        return store.status(task) == TaskStatus.CANCELLED
                ? new AttemptEnd(task, end == null ? 0 : end.attempt(), AttemptEnd.Outcome.CANCELLED, "", false)
                : end;
    }

    private void startOrPutBack(int task) {
        if (random.nextInt(deadlines.hasPassed(task) ? 3 : 4) == 0) {
            store.putBack(task);
            notStarted.set(task);
        } else {
            store.start(task);
        }
    }

    private void proceed(int task) {
        if (toBeStopped.get(task) && random.nextInt(4) > 0) {
            store.endAttempt(task, AttemptEnd.Outcome.CANCELLED, "", false);
            return;
        }
        if (deadlines.hasPassed(task) && random.nextInt(6) == 0) {
            store.endAttempt(task, AttemptEnd.Outcome.FAILED, EndCodes.DEADLINE_EXCEEDED, false);
            return;
        }
        // The worse the agents, the fewer of the outcomes beyond those listed.
        switch (random.nextInt(badAgents ? 24 : 100)) {
            case 0 -> store.endAttempt(task, AttemptEnd.Outcome.CANCELLED, "", false);
            case 1, 2, 3, 4 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, "FATAL", true);
            case 5, 6, 7 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, "REFUSED_BY_PAYLOAD", false);
            case 8, 9, 10, 11 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, CRASHED, true);
            case 12, 13, 14, 15 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, TIMEOUT, true);
            case 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 -> {}
            default ->
                store.endAttempt(task, AttemptEnd.Outcome.COMPLETED, "", false).stream()
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
        return some
                && all.stream()
                        .allMatch(task -> isReported(task) || isHeld(task) || store.status(task) == TaskStatus.RUNNING);
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
        return new Event.BatchReturned(
                batch,
                List.copyOf(ended.values()),
                running,
                notStarted.stream().boxed().toList(),
                List.copyOf(releases));
    }
}
