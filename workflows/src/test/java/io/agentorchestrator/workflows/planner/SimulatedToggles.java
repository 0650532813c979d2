package io.agentorchestrator.workflows.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** PAUSE and RESUME as rows in the store, in an order, and their delivery, in any; the run drops those that were overtaken. */
final class SimulatedToggles {
    private final SimulatedStore store;
    private final Random random;
    private final boolean repeating;
    private final List<Long> onTheWay = new ArrayList<>();
    /** Of the last row; odd ones pause, even ones resume. */
    private long sequence;

    private long applied;

    SimulatedToggles(SimulatedStore store, Random random, boolean repeating) {
        this.store = store;
        this.random = random;
        this.repeating = repeating;
    }

    void toggle() {
        store.paused = !store.paused;
        sequence++;
        onTheWay.add(sequence);
        if (repeating && random.nextInt(4) == 0) {
            onTheWay.add(sequence);
        }
    }

    Optional<Event> deliver() {
        if (onTheWay.isEmpty()) {
            return Optional.empty();
        }
        long arrived = onTheWay.remove(random.nextInt(onTheWay.size()));
        if (arrived <= applied) {
            return Optional.empty();
        }
        applied = arrived;
        return Optional.of(arrived % 2 == 1 ? new Event.PauseRequested() : new Event.ResumeRequested());
    }

    /** Whether the run knows whether it is paused. */
    boolean areHeardOf() {
        return applied == sequence;
    }

    /** A run that has ended is not paused when it runs again. */
    void rerun() {
        if (store.paused) {
            toggle();
        }
        takenOver();
    }

    /** A run that takes over knows the store's rows. */
    void takenOver() {
        applied = sequence;
    }
}
