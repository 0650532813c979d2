package io.agentorchestrator.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error as clients see it (RFC 9457). */
@Schema(name = "Problem", description = "An error (RFC 9457).")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        @Schema(description = "Always about:blank; the code says what it is.", example = "about:blank")
        String type,

        String title,
        int status,

        @Schema(description = "Stable, for programs.", example = "UNKNOWN_FIELD")
        ProblemCode code,

        @Schema(description = "What happened, for people.") String detail,

        @Schema(
                description =
                        "What is wrong with the request, for 400, 413, 415 and 422; the first entry gave the problem its code.")
        @Nullable List<Entry> errors,

        @Schema(description = "How many more errors there are, where not all are told.") @Nullable Integer errorsOmitted,

        @Schema(description = "Names this error in our logs, for 500.") @Nullable String errorId) {

    /** One thing that is wrong with a request. */
    @Schema(name = "ProblemEntry")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entry(
            @Schema(
                    description = "Where in the body, as a JSON pointer; empty for all of it.",
                    example = "/tasks/0/key")
            String pointer,

            ProblemCode code,
            String message,

            @Schema(description = "The query parameter at fault.") @Nullable String parameter,

            @Schema(description = "The header at fault.") @Nullable String header) {}

    static Problem of(ProblemException e, TaskNames names) {
        List<Finding> findings = e.findings().stream().map(names::name).toList();
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
