package io.agentorchestrator.api.caller;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client names a request by, so that it can repeat it: the same key and request are answered by the first answer. */
public record IdempotencyKey(String value) {
    /** The header that it comes in. */
    public static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]{1,%d}".formatted(MAX_LENGTH));

    /**
     * The request's key, if it has one.
     *
     * @throws ProblemException if what it has is none
     */
    public static @Nullable IdempotencyKey of(HttpServletRequest request) {
        String value = request.getHeader(HEADER);
        if (value == null) {
            return null;
        }
        if (!VISIBLE_ASCII.matcher(value).matches()) {
            throw new ProblemException(ValidationError.ofHeader(
                    HEADER,
                    ProblemCode.INVALID_HEADER,
                    "an %s is 1 to %d visible ASCII characters".formatted(HEADER, MAX_LENGTH)));
        }
        return new IdempotencyKey(value);
    }
}
