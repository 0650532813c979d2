package io.agentorchestrator.api.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one request, so that its sender learns all of it at once. For one thread. */
public final class ValidationErrors {
    /** Findings that are told at most; the rest is counted. */
    public static final int MAX_TOLD = 100;

    private final List<ValidationError> found = new ArrayList<>();
    private int count;

    public void add(ValidationError finding) {
        count++;
        if (found.size() < MAX_TOLD) {
            found.add(finding);
        }
    }

    public void add(ProblemCode code, String pointer, String message) {
        add(ValidationError.in(pointer, code, message));
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * Ends the request if there is something wrong with it. What is malformed (400) comes before what is too large (413) and
     * what is only invalid (422); the first finding gives the problem its code and status.
     */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw problem();
        }
    }

    /** The problem that {@link #throwIfAny()} ends a request with; only where something is wrong. */
    public ProblemException problem() {
        List<ValidationError> ordered = found.stream()
                .sorted(Comparator.comparingInt(
                        (ValidationError finding) -> finding.code().status().value()))
                .toList();
        return new ProblemException(ordered, count - ordered.size());
    }
}
