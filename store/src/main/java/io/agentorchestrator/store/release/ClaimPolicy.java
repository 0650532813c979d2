package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.Map;

/** Decides which queued tasks a claim takes. */
@FunctionalInterface
public interface ClaimPolicy {
    /**
     * Begins a claim, whose lock is held: until it is committed nobody else takes tasks out of the backlog by a claim.
     *
     * @param outstanding as it is under that lock
     */
    Selection begin(Outstanding outstanding);

    /** The classes that tasks are divided into. */
    default TaskClasses classes() {
        return TaskClasses.NONE;
    }

    /** Tells whether tasks at this agent count as outstanding: those at one that gets nothing more take no room of others. */
    default boolean counts(String agentId) {
        return true;
    }

    /** The tenants that wait, as of about a second ago. */
    default Contenders contenders() {
        return Contenders.NONE;
    }

    /** The time for which a task of this class is expected to have its slot, in seconds. */
    default double expectedSeconds(TaskClass tasks) {
        return 1;
    }

    /** The selection of one claim. Confined to its thread. */
    interface Selection {
        /**
         * Tells how many tasks of each class are worth looking at, where that is any.
         *
         * @param limit no number is larger
         */
        Map<TaskClass, Integer> room(int limit);

        /** Takes a task, which counts from then on; false if it is to stay. Candidates are offered best first. */
        boolean take(TaskClass tasks, Priority priority);
    }
}
