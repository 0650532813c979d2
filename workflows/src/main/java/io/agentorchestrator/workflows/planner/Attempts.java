package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.plan.Plan;
import java.time.Duration;

/**
 * Which attempts count against a task's policy. Numbers of attempts never restart, but those from before a user had the task run
 * again do not count any more.
 */
final class Attempts {
    private final Plan plan;
    private final int[] bases;

    /** @param bases for each task the attempts that do not count */
    Attempts(Plan plan, int[] bases) {
        this.plan = plan;
        this.bases = bases.clone();
    }

    int[] bases() {
        return bases.clone();
    }

    /** Whether a failed attempt is to be followed by another. */
    boolean allowAnother(AttemptEnd end) {
        return plan.policyFor(end.task()).allowsAnother(counted(end), end.errorCode(), end.retryable());
    }

    Duration delayAfter(AttemptEnd end, double random) {
        return plan.policyFor(end.task()).delayAfter(counted(end), random);
    }

    private int counted(AttemptEnd end) {
        return Math.max(1, end.attempt() - bases[end.task()]);
    }
}
