package io.agentorchestrator.api.shedding;

import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Tasks that ask to be admitted, all of them or none.
 *
 * @param runnable those that could run at once
 * @param parked those that need something else first than an agent with room
 * @param byPriority all of them
 */
record Demand(String tenant, long runnable, long parked, Map<Priority, Integer> byPriority) {
    Demand {
        byPriority = Map.copyOf(byPriority);
    }

    /**
     * The demand of a submission. A dependency counts as open: whether it has ended is found out by the insert.
     *
     * @param isServed tells of a type and a tenant whether an agent serves it for that tenant
     */
    static Demand of(Submission submission, BiPredicate<String, String> isServed) {
        String tenant = submission.origin().tenant();
        NewDag dag = submission.dag();
        long parked = 0;
        Map<Priority, Integer> byPriority = new EnumMap<>(Priority.class);
        for (int index = 0; index < submission.tasks().size(); index++) {
            NewTask task = submission.tasks().get(index);
            boolean waits = !task.dependencies().isEmpty() || (dag != null && dag.parentCounts()[index] > 0);
            if (waits || !isServed.test(task.taskType(), tenant)) {
                parked++;
            }
            byPriority.merge(task.priority(), 1, Integer::sum);
        }
        return new Demand(tenant, submission.tasks().size() - parked, parked, byPriority);
    }

    /** The demand of tasks that run again, of which one can run at once. */
    static Demand again(String tenant, Priority priority, int tasks) {
        return new Demand(tenant, Math.min(1, tasks), Math.max(0, tasks - 1), Map.of(priority, tasks));
    }

    long tasks() {
        return runnable + parked;
    }

    /** Tells whether it is let in until the limit is reached: all of its tasks are CRITICAL. */
    boolean isCritical() {
        return byPriority.keySet().equals(Set.of(Priority.CRITICAL));
    }
}
