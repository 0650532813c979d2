package io.agentorchestrator.store.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Facts by which dispatch decides whether a task is stopped for another, as of when they were read.
 *
 * @param preemptible whether its submitter allows that
 * @param preemptions times that it was
 * @param queuedFor since it became ready; null where it never has
 * @param checkpointedFor since its last checkpoint was stored; null where it has none
 */
public record PreemptionFacts(
        boolean preemptible,
        int preemptions,
        @Nullable Duration queuedFor,
        @Nullable Duration checkpointedFor) {
    /** Of a task that may not be stopped, and that waits for nothing. */
    public static final PreemptionFacts NONE = new PreemptionFacts(false, 0, null, null);

    /**
     * The time that it has waited for a slot so far. One that was stopped itself stands back in line, and has waited for none: it is not to stop
     * another at once.
     */
    public Duration waitedFor() {
        return queuedFor == null || preemptions > 0 ? Duration.ZERO : queuedFor;
    }

    /** The same, of a task that becomes ready now. */
    PreemptionFacts queuedAnew() {
        return new PreemptionFacts(preemptible, preemptions, Duration.ZERO, checkpointedFor);
    }
}
