package io.agentorchestrator.api.caller;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses what nobody would read: answers in a format that the client rules out, query parameters that are not known, headers that are repeated, and idempotency keys where they would
 * do nothing.
 */
@Component
final class RequestGuard implements HandlerInterceptor, WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/v1/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws HttpMediaTypeNotAcceptableException {
        if (handler instanceof HandlerMethod method) {
            checkAccepted(request);
            SingleHeaders.check(request);
            checkParameters(request, method.getMethodAnnotation(TakesParameters.class));
            checkIdempotencyKey(request, method.hasMethodAnnotation(TakesIdempotencyKey.class));
        }
        return true;
    }

    /** Spring passes over a weight of 0, which says that a format is not acceptable (RFC 9110, 12.4.2). */
    private static void checkAccepted(HttpServletRequest request) throws HttpMediaTypeNotAcceptableException {
        List<String> accept = Collections.list(request.getHeaders(HttpHeaders.ACCEPT));
        if (!(request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Set<?> producible)
                || accept.isEmpty()) {
            return;
        }
        List<MediaType> ranges = MediaType.parseMediaTypes(accept);
        List<MediaType> available =
                producible.stream().map(MediaType.class::cast).toList();
        if (available.stream().noneMatch(type -> isAccepted(type, ranges))) {
            throw new HttpMediaTypeNotAcceptableException(available);
        }
    }

    private static boolean isAccepted(MediaType type, List<MediaType> ranges) {
        return ranges.stream()
                .filter(range -> range.includes(type))
                .max(Comparator.comparingInt(RequestGuard::specificity).thenComparingDouble(MediaType::getQualityValue))
                .filter(range -> range.getQualityValue() > 0)
                .isPresent();
    }

    private static int specificity(MediaType range) {
        return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
    }

    private static void checkParameters(HttpServletRequest request, @Nullable TakesParameters taken) {
        List<String> known = taken == null ? List.of() : Arrays.asList(taken.value());
        for (String name : parameterNames(request)) {
            if (!known.contains(name)) {
                throw new ProblemException(ValidationError.ofParameter(
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
            // Tomcat's answer to a query string that is not properly encoded, has no name before an =, or has too many
            // parameters.
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "the query string is not properly encoded: it is made of name=value, few enough to read, a % is"
                            + " followed by two hexadecimal digits, and what they stand for is UTF-8");
        }
    }

    /** Whoever repeats a request that is idempotent by itself may leave the header in; elsewhere it would promise too much. */
    private static void checkIdempotencyKey(HttpServletRequest request, boolean taken) {
        if (taken) {
            return;
        }
        if (request.getMethod().equals("POST") && request.getHeader(IdempotencyKey.HEADER) != null) {
            throw new ProblemException(ValidationError.ofHeader(
                    IdempotencyKey.HEADER,
                    ProblemCode.INVALID_HEADER,
                    "this request is not repeated by an " + IdempotencyKey.HEADER + "; leave the header out"));
        }
    }
}
