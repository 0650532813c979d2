package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.Comparator;
import java.util.stream.IntStream;

/** In which order a run dispatches what is ready: by priority, then by the longest path that remains, then by index. */
final class DispatchOrder {
    private final int[] taskAt;
    private final int[] rankOf;

    DispatchOrder(Plan plan, Topology topology) {
        double[] complexities = new double[plan.size()];
        for (int task = 0; task < plan.size(); task++) {
            complexities[task] = plan.complexities()[task];
        }
        double[] remaining = topology.remaining(complexities);
        byte[] priorities = plan.priorities();
        taskAt = IntStream.range(0, plan.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(task -> priorities[task])
                        .thenComparing(Comparator.<Integer>comparingDouble(task -> remaining[task])
                                .reversed())
                        .thenComparingInt(task -> task))
                .mapToInt(Integer::intValue)
                .toArray();
        rankOf = new int[taskAt.length];
        for (int rank = 0; rank < taskAt.length; rank++) {
            rankOf[taskAt[rank]] = rank;
        }
    }

    int taskAt(int rank) {
        return taskAt[rank];
    }

    int rankOf(int task) {
        return rankOf[task];
    }
}
