package io.agentorchestrator.api.caller;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;

/** Headers that have one value: which of two would count is anybody's guess, so a second is refused. */
final class SingleHeaders {
    private static final List<String> NAMES = List.of(
            CallerResolver.TENANT_HEADER, IdempotencyKey.HEADER, "Last-Event-ID", "Authorization", "Content-Type");

    private SingleHeaders() {}

    /**
     * Checks a request.
     *
     * @throws ProblemException that names the header
     */
    static void check(HttpServletRequest request) {
        for (String name : NAMES) {
            int count = Collections.list(request.getHeaders(name)).size();
            if (count > 1) {
                throw new ProblemException(ValidationError.ofHeader(
                        name,
                        ProblemCode.INVALID_HEADER,
                        "'%s' stands here %d times; give it once".formatted(name, count)));
            }
        }
    }
}
