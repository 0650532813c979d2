package io.agentorchestrator.api.problem;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a request.
 *
 * @param pointer where in the body, as a JSON pointer (RFC 6901); empty for the whole of it
 * @param message what is wrong and the way out
 * @param parameter the query parameter, if one is at fault
 * @param header the header, if one is at fault
 */
public record ValidationError(
        String pointer,
        ProblemCode code,
        String message,
        @Nullable String parameter,
        @Nullable String header) {

    public static ValidationError in(String pointer, ProblemCode code, String message) {
        return new ValidationError(pointer, code, message, null, null);
    }

    public static ValidationError ofParameter(String parameter, ProblemCode code, String message) {
        return new ValidationError("", code, message, parameter, null);
    }

    public static ValidationError ofHeader(String header, ProblemCode code, String message) {
        return new ValidationError("", code, message, null, header);
    }

    /** The same with another message. */
    ValidationError saying(String words) {
        return new ValidationError(pointer, code, words, parameter, header);
    }
}
