package io.agentorchestrator.api.submission;

/** Something that a submission or a limit may say, and that was perhaps not meant. */
public record Warning(Code code, String pointer, String message) {

    /** The kinds of warnings. */
    public enum Code {
        /** No live agent serves a task's type. */
        NO_AGENT,
        /** A dependency is named more than once, and counts once. */
        REPEATED_DEPENDENCY,
        /** A deadline cannot be met by measured times. */
        DEADLINE_AT_RISK,
        /** A limit does not count a task, since only a result of another task will tell its key. */
        LIMIT_KEY_UNKNOWN,
        /** A limit or a budget is less than what is used of it already. */
        BELOW_USE
    }
}
