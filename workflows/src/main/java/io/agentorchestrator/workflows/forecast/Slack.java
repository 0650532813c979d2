package io.agentorchestrator.workflows.forecast;

import io.agentorchestrator.workflows.dag.Topology;

/**
 * The critical path method (Kelley and Walker 1959) from now on, as if there were an agent for every task: by index, in seconds from now.
 * Linear in tasks and edges.
 */
public final class Slack {
    private final double[] earliestStart;
    private final double[] remaining;
    private double total;

    /**
     * Computes it.
     *
     * @param left what is left of each task, 0 of those that have ended: {@link Progress#left}
     */
    public Slack(Topology topology, double[] left) {
        this.earliestStart = new double[topology.size()];
        this.remaining = topology.remaining(left);
        for (int task : topology.order()) {
            for (int parent : topology.parents()[task]) {
                earliestStart[task] = Math.max(earliestStart[task], earliestStart[parent] + left[parent]);
            }
            total = Math.max(total, earliestStart[task] + remaining[task]);
        }
    }

    /** The seconds that the longest path takes. */
    public double total() {
        return total;
    }

    /** The earliest start of a task. */
    public double earliestStart(int task) {
        return earliestStart[task];
    }

    /** The longest path from a task to an end, itself included: its upward rank (HEFT, Topcuoglu et al. 2002). */
    public double remaining(int task) {
        return remaining[task];
    }

    /** The latest start of a task that does not delay the DAG, less its earliest: how long it may be late. 0 on the critical path. */
    public double of(int task) {
        return Math.max(0, total - remaining[task] - earliestStart[task]);
    }
}
