package io.agentorchestrator.api.submission;

import io.swagger.v3.oas.annotations.media.Schema;

/** Something that a submission may say, and that was perhaps not meant. */
@Schema(name = "Warning", description = "Something that was accepted, and was perhaps not meant.")
public record Warning(
        @Schema(description = "Stable, for programs.") Code code,

        @Schema(description = "Where in the body, as a JSON pointer.", example = "/tasks/1/depends_on/1")
        String pointer,

        @Schema(description = "What is odd, and what comes of it; for people.")
        String message) {

    /** The kinds of warnings. */
    public enum Code {
        /** No live agent serves a task's type. */
        NO_AGENT,
        /** A dependency is named more than once, and counts once. */
        REPEATED_DEPENDENCY
    }
}
