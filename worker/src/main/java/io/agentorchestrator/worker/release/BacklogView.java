package io.agentorchestrator.worker.release;

import java.time.Duration;

/**
 * The backlog as release sees it between two claims.
 *
 * @param standalone the types of which a standalone task waits first
 * @param inRuns the types of which a task of a run does
 * @param outstanding tasks out of the backlog
 * @param refill time between two claims for the sake of busy slots
 */
record BacklogView(Fronts standalone, Fronts inRuns, int outstanding, Duration refill) {

    /**
     * Some types' best queued tasks, taken together.
     *
     * @param any whether there is one
     * @param worthAClaim whether for one of them so much credit is free that a claim is worth while
     * @param urgent whether one of them outranks tasks that are out, and may overdraw
     */
    record Fronts(boolean any, boolean worthAClaim, boolean urgent) {
        static final Fronts NONE = new Fronts(false, false, false);

        Fronts plus(Fronts other) {
            return new Fronts(any || other.any, worthAClaim || other.worthAClaim, urgent || other.urgent);
        }
    }
}
