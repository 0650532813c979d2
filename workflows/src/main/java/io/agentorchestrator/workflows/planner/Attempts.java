package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.plan.Plan;
import java.time.Duration;

/**
 * Which attempts count against a task's policy, and which have failed. Numbers of attempts never restart, but those from before a
 * user had the task run again do not count any more.
 */
final class Attempts {
    private final Plan plan;
    private final int[] bases;
    private final int[] failed;

    /**
     * @param bases for each task the attempts that do not count
     * @param failed for each task its last attempt that is known to have failed, 0 if none is
     */
    Attempts(Plan plan, int[] bases, int[] failed) {
        this.plan = plan;
        this.bases = bases.clone();
        this.failed = failed.clone();
    }

    int[] bases() {
        return bases.clone();
    }

    int[] failed() {
        return failed.clone();
    }

    /** Tells whether this is new: not the failure of an attempt that is known to have failed, or of one before it. */
    boolean isNews(AttemptEnd end) {
        return end.outcome() != AttemptEnd.Outcome.FAILED || end.attempt() > failed[end.task()];
    }

    /** Notes that an attempt has failed, and tells whether another is to follow it. */
    boolean allowAnother(AttemptEnd end) {
        failed[end.task()] = Math.max(failed[end.task()], end.attempt());
        return plan.policyFor(end.task()).allowsAnother(counted(end), end.errorCode(), end.retryable());
    }

    Duration delayAfter(AttemptEnd end, double random) {
        return plan.policyFor(end.task()).delayAfter(counted(end), random);
    }

    private int counted(AttemptEnd end) {
        return Math.max(1, end.attempt() - bases[end.task()]);
    }
}
