package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.release.Rank;
import java.util.Map;
import java.util.Set;

/** Decides which queued tasks a claim takes. */
@FunctionalInterface
public interface ClaimPolicy {
    /**
     * Begins a claim, whose lock is held: until it is committed nobody else takes tasks out of the backlog by a claim.
     *
     * @param outstanding as it is under that lock
     */
    Selection begin(Outstanding outstanding);

    /** By type, whose tasks may be taken; of a type that is missing, everybody's. */
    default Map<String, Set<String>> tenants() {
        return Map.of();
    }

    /** The selection of one claim. Confined to its thread. */
    interface Selection {
        /**
         * Tells how many tasks of each type are worth looking at, where that is any.
         *
         * @param limit no number is larger
         */
        Map<String, Integer> roomByType(int limit);

        /** Takes a task, which counts from then on; false if it is to stay. Candidates are offered best first. */
        boolean take(String taskType, Rank rank);
    }
}
