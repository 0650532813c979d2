package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The dependents that a batch takes along: waiting tasks whose open dependencies are all in this very batch. Whoever records the last of them is then
 * the one who has the batch, and can go on without asking.
 */
final class PrefetchedDependents {
    private final Plan plan;
    private final int[][] children;
    private final TaskPhases phases;

    PrefetchedDependents(Plan plan, int[][] children, TaskPhases phases) {
        this.plan = plan;
        this.children = children;
        this.phases = phases;
    }

    /**
     * Dependents of these tasks, the nearest first.
     *
     * @param tasks of the batch, none of which has ended
     * @param max how many there is room for
     */
    List<Integer> of(int[] tasks, int max) {
        List<Integer> prefetched = new ArrayList<>();
        Map<Integer, Integer> missing = new HashMap<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (int task : tasks) {
            open.add(task);
        }
        while (!open.isEmpty() && prefetched.size() < max) {
            for (int child : children[open.remove()]) {
                if (phases.of(child) != TaskPhase.WAITING) {
                    continue;
                }
                int left = missing.computeIfAbsent(child, this::unsatisfiedParents) - 1;
                missing.put(child, left);
                if (left == 0 && prefetched.size() < max) {
                    prefetched.add(child);
                    open.add(child);
                }
            }
        }
        return prefetched;
    }

    /** Failures among them, even where on_failure is CONTINUE: the write that records them releases dependents to no batch. */
    private int unsatisfiedParents(int task) {
        return (int) IntStream.of(plan.parents()[task])
                .filter(parent -> phases.of(parent) != TaskPhase.COMPLETED)
                .count();
    }
}
