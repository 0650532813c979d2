package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** What agents do with tasks, as those who watch them record it, be it for a batch or outside of any. */
final class SimulatedAgents {
    static final String CRASHED = "AGENT_CRASHED";
    static final String TIMEOUT = "TIMEOUT";

    private final SimulatedStore store;
    private final SimulatedDeadlines deadlines;
    private final Random random;
    private final boolean bad;
    private final BitSet toBeStopped = new BitSet();

    SimulatedAgents(SimulatedStore store, SimulatedDeadlines deadlines, Random random) {
        this.store = store;
        this.deadlines = deadlines;
        this.random = random;
        this.bad = random.nextBoolean();
    }

    void stop(int task) {
        toBeStopped.set(task);
    }

    /** No task is to be stopped any more. */
    void rerun() {
        toBeStopped.clear();
    }

    boolean mayStart(int task) {
        return !deadlines.hasPassed(task);
    }

    /** Something happens to a task that no batch holds. */
    void proceedWithWatched() {
        List<Integer> watched = store.watched();
        if (watched.isEmpty()) {
            return;
        }
        int task = watched.get(random.nextInt(watched.size()));
        if (random.nextInt(16) == 0) {
            store.putBack(task);
        } else {
            proceed(task).forEach(store.lostReleases::set);
        }
    }

    /** Something happens to a task that is out; returns what the store released by it. */
    List<Integer> proceed(int task) {
        if (toBeStopped.get(task) && random.nextInt(4) > 0) {
            return store.endAttempt(task, AttemptEnd.Outcome.CANCELLED, "", false);
        }
        if (!mayStart(task) && random.nextInt(6) == 0) {
            return store.endAttempt(task, AttemptEnd.Outcome.FAILED, EndCodes.DEADLINE_EXCEEDED, false);
        }
        if (store.status(task) == TaskStatus.DISPATCHED && random.nextInt(4) > 0) {
            store.accept(task);
            return List.of();
        }
        // The worse the agents, the fewer of the outcomes beyond those listed.
        return switch (random.nextInt(bad ? 24 : 100)) {
            case 0 -> store.endAttempt(task, AttemptEnd.Outcome.CANCELLED, "", false);
            case 1, 2, 3, 4 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, "FATAL", true);
            case 5, 6, 7 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, "REFUSED_BY_PAYLOAD", false);
            case 8, 9, 10, 11 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, CRASHED, true);
            case 12, 13, 14, 15 -> store.endAttempt(task, AttemptEnd.Outcome.FAILED, TIMEOUT, true);
            case 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 -> List.of();
            default -> store.endAttempt(task, AttemptEnd.Outcome.COMPLETED, "", false);
        };
    }
}
