package io.agentorchestrator.workflows.planner;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Cancels as rows in the store: runs that take over hear them again. */
final class SimulatedCancels {
    private final int size;
    private final Random random;
    private final List<Event> rows = new ArrayList<>();
    private final BitSet requested = new BitSet();
    private boolean ofRun;

    SimulatedCancels(int size, Random random) {
        this.size = size;
        this.random = random;
    }

    Event ofRun() {
        ofRun = true;
        return kept(new Event.CancelRequested(List.of(), "CANCELLED", "enough"));
    }

    Event ofSomeTasks() {
        int[] tasks = random.ints(2, 0, size).distinct().toArray();
        IntStream.of(tasks).forEach(requested::set);
        return kept(new Event.CancelRequested(IntStream.of(tasks).boxed().toList(), "CANCELLED", "not these"));
    }

    private Event kept(Event request) {
        rows.add(request);
        return request;
    }

    List<Event> rows() {
        return List.copyOf(rows);
    }

    boolean isRunRequested() {
        return ofRun;
    }

    boolean isRequested(int task) {
        return ofRun || requested.get(task);
    }

    /** What was commanded of the run before is done with. */
    void rerun() {
        rows.clear();
        requested.clear();
        ofRun = false;
    }
}
