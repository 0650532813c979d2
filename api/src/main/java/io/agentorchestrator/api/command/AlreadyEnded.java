package io.agentorchestrator.api.command;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;

/** The refusal of what cannot be done any more. */
final class AlreadyEnded {
    private AlreadyEnded() {}

    /** The problem of a task or a DAG, as the word says, that has ended with this status. */
    static ProblemException problem(String word, String status) {
        return new ProblemException(
                ProblemCode.ALREADY_ENDED, "the %s has ended already: it is %s".formatted(word, status));
    }
}
