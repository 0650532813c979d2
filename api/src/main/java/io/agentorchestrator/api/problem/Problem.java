package io.agentorchestrator.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error as clients see it (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        ProblemCode code,
        String detail,
        @Nullable List<Entry> errors,
        @Nullable Integer errorsOmitted,
        @Nullable String errorId) {

    /** One thing that is wrong with a request. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entry(
            String pointer,
            ProblemCode code,
            String message,
            @Nullable String parameter,
            @Nullable String header) {}

    static Problem of(ProblemException e, TaskKeys names) {
        List<ValidationError> findings = e.findings().stream().map(names::name).toList();
        List<Entry> entries = findings.stream()
                .map(finding -> new Entry(
                        finding.pointer(), finding.code(), finding.message(), finding.parameter(), finding.header()))
                .toList();
        return new Problem(
                "about:blank",
                e.code().title(),
                e.code().status().value(),
                e.code(),
                findings.isEmpty()
                        ? String.valueOf(e.getMessage())
                        : ProblemException.detailOf(findings, e.findingsOmitted()),
                entries.isEmpty() ? null : entries,
                e.findingsOmitted() == 0 ? null : e.findingsOmitted(),
                null);
    }

    static Problem of(ProblemCode code, int status, String detail, @Nullable String errorId) {
        List<Entry> errors = code.isOfRequest() ? List.of(new Entry("", code, detail, null, null)) : null;
        return new Problem("about:blank", code.title(), status, code, detail, errors, null, errorId);
    }
}
