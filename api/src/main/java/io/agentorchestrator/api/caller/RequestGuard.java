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

/** Refuses what nobody would read: query parameters that are not known, and headers of functions that are not built yet. */
@Component
final class RequestGuard implements HandlerInterceptor {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            checkParameters(request, method.getMethodAnnotation(TakesParameters.class));
            checkHeaders(request);
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
        try {
            return request.getParameterMap().keySet();
        } catch (IllegalStateException _) {
            // Tomcat's answer to a query string that is not properly encoded.
            throw new ProblemException(ProblemCode.INVALID_PARAMETER, "the query string is not properly encoded");
        }
    }

    private static void checkHeaders(HttpServletRequest request) {
        if (request.getHeader(IDEMPOTENCY_KEY) != null) {
            throw new ProblemException(Finding.ofHeader(
                    IDEMPOTENCY_KEY,
                    ProblemCode.UNSUPPORTED_FIELD,
                    "the header " + IDEMPOTENCY_KEY + " is not supported yet; leave it out"));
        }
    }
}
