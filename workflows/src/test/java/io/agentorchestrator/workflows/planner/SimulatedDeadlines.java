package io.agentorchestrator.workflows.planner;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The tasks' deadlines, and the sweep that tells runs of those that have passed, once each. */
final class SimulatedDeadlines {
    private final int size;
    private final Random random;
    /** To come. */
    private final BitSet ahead = new BitSet();

    private final BitSet passed = new BitSet();
    private final BitSet commanded = new BitSet();
    private final List<Event> rows = new ArrayList<>();
    /** Whether all tasks have the same. */
    private final boolean ofRun;

    SimulatedDeadlines(int size, Random random) {
        this.size = size;
        this.random = random;
        this.ofRun = random.nextInt(16) == 0;
        double share = random.nextInt(3) == 0 ? 0 : random.nextDouble();
        for (int task = 0; task < size; task++) {
            ahead.set(task, ofRun || random.nextDouble() < share);
        }
    }

    /** Time goes on. */
    void pass() {
        if (ahead.isEmpty() || random.nextInt(4) > 0) {
            return;
        }
        int from = ahead.nextSetBit(random.nextInt(size));
        if (ofRun) {
            passed.or(ahead);
            ahead.clear();
        } else if (from >= 0) {
            ahead.clear(from);
            passed.set(from);
        }
    }

    boolean hasPassed(int task) {
        return passed.get(task);
    }

    /** Looks for tasks that have passed theirs and are not at an agent; a sweep is bounded, and in no order. */
    Optional<Event> sweep(SimulatedStore store) {
        List<Integer> found = new ArrayList<>();
        for (int task : passed.stream().toArray()) {
            if (!commanded.get(task) && !store.status(task).isTerminal() && !store.isOut(task)) {
                found.add(task);
            }
        }
        Collections.shuffle(found, random);
        List<Integer> tasks = found.stream().limit(1 + random.nextInt(20)).toList();
        if (tasks.isEmpty()) {
            return Optional.empty();
        }
        tasks.forEach(commanded::set);
        Event row = new Event.DeadlinePassed(tasks);
        rows.add(row);
        return Optional.of(row);
    }

    /** Of a sweep that found the task before it went where it is now. */
    Optional<Event> sweptAtLast(int task) {
        if (!passed.get(task)) {
            return Optional.empty();
        }
        Event row = new Event.DeadlinePassed(List.of(task));
        if (!commanded.get(task)) {
            commanded.set(task);
            rows.add(row);
        }
        return Optional.of(row);
    }

    List<Event> rows() {
        return List.copyOf(rows);
    }

    /** Tasks that run again have no deadline that has passed. */
    void rerun(BitSet tasks) {
        passed.andNot(tasks);
        commanded.andNot(tasks);
        rows.clear();
    }
}
