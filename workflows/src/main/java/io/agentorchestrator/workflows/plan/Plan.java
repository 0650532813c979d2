package io.agentorchestrator.workflows.plan;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Facts that the planner needs about a run's tasks, by index: no ids, no payloads. The arrays are owned by the plan and not
 * to be changed. Immutable by convention; safe to share between threads.
 *
 * @param parents for each task the indexes of its dependencies, ascending; empty arrays in a group
 * @param priorities for each task Temporal's priority key
 * @param complexities for each task the length of its step on a path: the seconds it is expected to take. 0 where paths do not count: then ready
 *     tasks of one priority go by index
 * @param policyOf for each task an index into {@code policies}
 * @param policies the retry policies in use, without duplicates
 */
@SuppressWarnings("ArrayRecordComponent")
public record Plan(
        OnFailure onFailure,
        int[][] parents,
        byte[] priorities,
        float[] complexities,
        int[] policyOf,
        List<RetryPolicy> policies) {

    public Plan {
        int size = parents.length;
        if (priorities.length != size || complexities.length != size || policyOf.length != size) {
            throw new IllegalArgumentException("a plan's arrays have one element a task");
        }
        policies = List.copyOf(policies);
    }

    /**
     * The plan of a DAG.
     *
     * @param parents for each task the indexes of its dependencies, ascending: {@code DagGraph.parents()}
     * @param tasks by index
     */
    public static Plan ofDag(OnFailure onFailure, int[][] parents, List<PlanTask> tasks) {
        int size = tasks.size();
        byte[] priorities = new byte[size];
        float[] complexities = new float[size];
        int[] policyOf = new int[size];
        Map<RetryPolicy, Integer> policies = new LinkedHashMap<>();
        for (int task = 0; task < size; task++) {
            priorities[task] = (byte) tasks.get(task).priority().key();
            complexities[task] = (float) tasks.get(task).complexity();
            policyOf[task] = policies.computeIfAbsent(tasks.get(task).retry(), _ -> policies.size());
        }
        return new Plan(onFailure, parents, priorities, complexities, policyOf, List.copyOf(policies.keySet()));
    }

    /** The plan of a group: tasks that have nothing to do with each other, and go in the order in which they were released. */
    public static Plan ofGroup(List<PlanTask> tasks) {
        int[][] parents = new int[tasks.size()][0];
        List<PlanTask> inOrder = tasks.stream()
                .map(task -> new PlanTask(task.priority(), 0, task.retry()))
                .toList();
        return ofDag(OnFailure.CANCEL_DEPENDENTS, parents, inOrder);
    }

    /** The number of tasks in the plan. */
    public int size() {
        return parents.length;
    }

    public RetryPolicy policyFor(int task) {
        return policies.get(policyOf[task]);
    }

    /** For each task the indexes of its dependents, ascending. */
    public int[][] children() {
        return Topology.childrenOf(parents);
    }
}
