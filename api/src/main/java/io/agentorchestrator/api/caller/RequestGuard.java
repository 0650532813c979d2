package io.agentorchestrator.api.caller;

import io.agentorchestrator.api.problem.Finding;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses what nobody would read: query parameters that are not known, headers that are repeated, and idempotency keys where they would
 * do nothing.
 */
@Component
final class RequestGuard implements HandlerInterceptor {
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            SingleHeaders.check(request);
            checkParameters(request, method.getMethodAnnotation(TakesParameters.class));
            checkIdempotencyKey(request, method.hasMethodAnnotation(TakesIdempotencyKey.class));
        }
        return true;
    }

    private static void checkParameters(HttpServletRequest request, @Nullable TakesParameters taken) {
        List<String> known = taken == null ? List.of() : Arrays.asList(taken.value());
        for (String name : parameterNames(request)) {
            if (!known.contains(name)) {
                throw new ProblemException(Finding.ofParameter(
                        name,
                        ProblemCode.UNKNOWN_PARAMETER,
                        "'%s' is not a parameter here; %s"
                                .formatted(
                                        name,
                                        known.isEmpty()
                                                ? "there are none"
                                                : "the parameters are " + String.join(", ", known))));
            }
        }
    }

    private static Set<String> parameterNames(HttpServletRequest request) {
        if (request.getQueryString() == null) {
            // Asking for parameters would make Tomcat read a form from the body.
            return Set.of();
        }
        try {
            return request.getParameterMap().keySet();
        } catch (IllegalStateException _) {
            // Tomcat's answer to a query string that is not properly encoded.
            throw new ProblemException(ProblemCode.INVALID_PARAMETER, "the query string is not properly encoded");
        }
    }

    /** Whoever repeats a request that is idempotent by itself may leave the header in; elsewhere it would promise too much. */
    private static void checkIdempotencyKey(HttpServletRequest request, boolean taken) {
        if (taken) {
            return;
        }
        if (request.getMethod().equals("POST") && request.getHeader(IdempotencyKey.HEADER) != null) {
            throw new ProblemException(Finding.ofHeader(
                    IdempotencyKey.HEADER,
                    ProblemCode.INVALID_HEADER,
                    "this request is not repeated by an " + IdempotencyKey.HEADER + "; leave the header out"));
        }
    }
}
