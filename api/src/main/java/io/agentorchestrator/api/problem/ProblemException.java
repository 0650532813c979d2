package io.agentorchestrator.api.problem;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends RuntimeException {
    private final ProblemCode code;
    private final transient List<ValidationError> findings;
    private final int findingsOmitted;
    private final @Nullable Duration retryAfter;

    public ProblemException(ProblemCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * A problem that may pass.
     *
     * @param retryAfter when another try makes sense
     */
    public ProblemException(ProblemCode code, String detail, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.findings = code.isOfRequest() ? List.of(ValidationError.in("", code, detail)) : List.of();
        this.findingsOmitted = 0;
        this.retryAfter = retryAfter;
    }

    public ProblemException(ValidationError finding) {
        this(List.of(finding), 0);
    }

    ProblemException(List<ValidationError> findings, int findingsOmitted) {
        super(detailOf(findings, findingsOmitted), null, false, false);
        this.code = findings.getFirst().code();
        this.findings = List.copyOf(findings);
        this.findingsOmitted = findingsOmitted;
        this.retryAfter = null;
    }

    /** Says what is wrong in a line: the first finding, and the number of others. */
    static String detailOf(List<ValidationError> findings, int omitted) {
        ValidationError first = findings.getFirst();
        int more = findings.size() - 1 + omitted;
        return where(first) + first.message() + (more == 0 ? "" : " (and " + more + " more)");
    }

    private static String where(ValidationError finding) {
        if (finding.parameter() != null) {
            return "parameter '" + finding.parameter() + "': ";
        }
        if (finding.header() != null) {
            return "header '" + finding.header() + "': ";
        }
        return finding.pointer().isEmpty() ? "" : finding.pointer() + ": ";
    }

    public ProblemCode code() {
        return code;
    }

    public List<ValidationError> findings() {
        return findings;
    }

    public int findingsOmitted() {
        return findingsOmitted;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
