package io.agentorchestrator.api.workflow;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;

/** What is told of DAGs that would have to have ended. */
public final class NotEnded {
    /** A DAG counts as pending for a while, too, if it ended while its workflow was being started. */
    private static final String PENDING = "PENDING";

    private NotEnded() {}

    /**
     * The problem of a DAG that cannot run again yet.
     *
     * @param status as clients see it
     */
    public static ProblemException notEnded(String status) {
        return new ProblemException(
                ProblemCode.DAG_NOT_ENDED,
                status.equals(PENDING)
                        ? "the DAG has not ended: it is PENDING, or ended while its workflow was being started; "
                                + "wait for its end or cancel it, and try again in a minute"
                        : "the DAG has not ended: it is %s; wait for its end or cancel it, then try again"
                                .formatted(status));
    }
}
