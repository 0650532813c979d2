package io.agentorchestrator.api.shedding;

import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.store.tenant.OpenTaskStore;
import io.agentorchestrator.workflows.model.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

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
     * @param agents that there are
     */
    static Demand of(Submission submission, OpenTaskStore.Agents agents) {
        String tenant = submission.origin().tenant();
        NewDag dag = submission.dag();
        long parked = 0;
        Map<Priority, Integer> byPriority = new EnumMap<>(Priority.class);
        for (int index = 0; index < submission.tasks().size(); index++) {
            NewTask task = submission.tasks().get(index);
            boolean waits = !task.dependencies().isEmpty() || (dag != null && dag.parentCounts()[index] > 0);
            if (waits
                    || !agents.serve(
                            task.taskType(),
                            tenant,
                            task.scheduling().selector().required())) {
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

    /** The tasks that count against a limit. */
    long under(Verdict.Limit limit) {
        return switch (limit) {
            case OPEN_TASKS, OPEN_TASKS_OF_TENANT -> runnable;
            case PARKED_TASKS, PARKED_TASKS_OF_TENANT -> parked;
        };
    }

    long tasks() {
        return runnable + parked;
    }

    /** Tells whether it is let in until the limit is reached: all of its tasks are CRITICAL. */
    boolean isCritical() {
        return byPriority.keySet().equals(Set.of(Priority.CRITICAL));
    }
}
