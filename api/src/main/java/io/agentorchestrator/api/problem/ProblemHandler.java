package io.agentorchestrator.api.problem;

import io.agentorchestrator.store.transaction.StoreOutage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/** The one mapping of exceptions to problems. */
@RestControllerAdvice
class ProblemHandler extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    /** Of a 503 that is not one of our own. */
    static final String RETRY_AFTER_SECONDS = "5";

    private final StoreFailures failures;

    ProblemHandler(StoreFailures failures) {
        this.failures = failures;
    }

    @ExceptionHandler
    ResponseEntity<Object> onProblem(ProblemException e, HttpServletRequest request) {
        HttpHeaders headers = new HttpHeaders();
        Duration retryAfter = e.retryAfter();
        if (retryAfter != null) {
            headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, retryAfter.toSeconds())));
        }
        if (e.code().status() == HttpStatus.UNAUTHORIZED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (e.code() == ProblemCode.UNSUPPORTED_CONTENT_ENCODING) {
            headers.set(HttpHeaders.ACCEPT_ENCODING, "gzip");
        }
        return answer(Problem.of(e, TaskKeys.of(request)), headers);
    }

    @ExceptionHandler
    @Nullable ResponseEntity<Object> onAnythingElse(Exception e, HttpServletRequest request, HttpServletResponse response) {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            LOG.debug("The client has gone: {}", e.getMessage());
            return null;
        }
        StoreFailure failure = StoreFailure.isOfStore(e) ? failures.of(e) : StoreFailure.PROGRAMMING_ERROR;
        if (failure.isOutage()) {
            LOG.warn("A request failed, the store is {}: {}", failure, StoreOutage.reason(e));
            return onProblem(failure.problem(), request);
        }
        String errorId = UUID.randomUUID().toString();
        LOG.error("A request failed through a fault of ours, error_id {}", errorId, e);
        if (response.isCommitted()) {
            return null;
        }
        return answer(
                Problem.of(
                        ProblemCode.INTERNAL_ERROR,
                        HttpStatus.INTERNAL_SERVER_ERROR.value(),
                        "the request failed through no fault of its own; our log has it under the error_id",
                        errorId),
                new HttpHeaders());
    }

    /** What Spring itself refuses: no such route, wrong method, wrong media type. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemCode code = ProblemCode.ofStatus(status.value());
        HttpHeaders all = HttpHeaders.copyOf(headers);
        if (status.value() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            all.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return answer(Problem.of(code, status.value(), detailOf(e, code, request), null), all);
    }

    private static String mediaTypeDetail(HttpMediaTypeNotSupportedException e, WebRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return (type == null || type.isBlank()
                        ? "the Content-Type is missing"
                        : "the Content-Type '%s' is not supported".formatted(Shown.text(type)))
                + "; send " + MediaType.toString(e.getSupportedMediaTypes());
    }

    private static String detailOf(Exception e, ProblemCode code, WebRequest request) {
        return switch (e) {
            case HttpRequestMethodNotSupportedException method ->
                method.getMethod() + " is not allowed here; allowed: "
                        + String.join(", ", Arrays.asList(orEmpty(method.getSupportedMethods())));
            case HttpMediaTypeNotSupportedException type -> mediaTypeDetail(type, request);
            case HttpMediaTypeNotAcceptableException type ->
                "none of the accepted formats is available; available: "
                        + MediaType.toString(type.getSupportedMediaTypes());
            default -> code == ProblemCode.NOT_FOUND ? "there is no such route" : code.title();
        };
    }

    private static String[] orEmpty(String @Nullable [] values) {
        return values == null ? new String[0] : values;
    }

    private static ResponseEntity<Object> answer(Problem problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
