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
public record Finding(
        String pointer,
        ProblemCode code,
        String message,
        @Nullable String parameter,
        @Nullable String header) {

    public static Finding in(String pointer, ProblemCode code, String message) {
        return new Finding(pointer, code, message, null, null);
    }

    public static Finding ofParameter(String parameter, ProblemCode code, String message) {
        return new Finding("", code, message, parameter, null);
    }

    public static Finding ofHeader(String header, ProblemCode code, String message) {
        return new Finding("", code, message, null, header);
    }

    /** The same with another message. */
    Finding saying(String words) {
        return new Finding(pointer, code, words, parameter, header);
    }
}
