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
 * Which waiting tasks a batch takes along: those that wait for nothing but tasks of this very batch. Whoever records the last of them is then
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
     * The tasks that follow from these, the nearest first.
     *
     * @param tasks of the batch, none of which has ended
     * @param max how many there is room for
     */
    List<Integer> of(int[] tasks, int max) {
        List<Integer> following = new ArrayList<>();
        Map<Integer, Integer> missing = new HashMap<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (int task : tasks) {
            open.add(task);
        }
        while (!open.isEmpty() && following.size() < max) {
            for (int child : children[open.remove()]) {
                if (phases.of(child) != TaskPhase.WAITING) {
                    continue;
                }
                int left = missing.computeIfAbsent(child, this::unsatisfiedParents) - 1;
                missing.put(child, left);
                if (left == 0 && following.size() < max) {
                    following.add(child);
                    open.add(child);
                }
            }
        }
        return following;
    }

    /** Failures among them, even where on_failure is CONTINUE: what their settlement lets loose, no batch is told. */
    private int unsatisfiedParents(int task) {
        return (int) IntStream.of(plan.parents()[task])
                .filter(parent -> phases.of(parent) != TaskPhase.COMPLETED)
                .count();
    }
}
