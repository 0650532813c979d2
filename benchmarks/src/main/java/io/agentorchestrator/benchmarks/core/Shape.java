package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanTask;
import java.util.List;
import java.util.stream.IntStream;

/** DAGs of 10,000 tasks, the most that one may have. */
public enum Shape {
    /** One level: no task depends on another. */
    WIDE(10_000, 0),
    /** 100 levels of 100 tasks, each of which depends on three of the level before. */
    LAYERED(100, 3),
    /** 100 levels of 100 tasks, each of which depends on the whole level before: 990,000 dependencies. */
    JOINED(100, 100);

    private static final int TASKS = 10_000;
    private static final int PRIORITIES = Priority.values().length;

    private final int width;
    private final int dependencies;

    Shape(int width, int dependencies) {
        this.width = width;
        this.dependencies = dependencies;
    }

    Plan plan() {
        int[][] parents = IntStream.range(0, TASKS).mapToObj(this::parentsOf).toArray(int[][]::new);
        List<PlanTask> tasks = IntStream.range(0, TASKS)
                .mapToObj(task -> new PlanTask(
                        Priority.ofKey(1 + task % PRIORITIES),
                        1 + task % 7, // some variety, as estimates have
                        RetryPolicy.DEFAULT))
                .toList();
        return Plan.ofDag(OnFailure.CANCEL_DEPENDENTS, parents, tasks);
    }

    private int[] parentsOf(int task) {
        int level = task / width;
        if (level == 0) {
            return new int[0];
        }
        int before = (level - 1) * width;
        return IntStream.range(0, dependencies)
                .map(nth -> before + (task + nth) % width)
                .sorted()
                .toArray();
    }
}
