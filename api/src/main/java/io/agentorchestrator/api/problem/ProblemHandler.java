package io.agentorchestrator.api.problem;

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

/** The one mapping of exceptions to problems. */
@RestControllerAdvice
class ProblemHandler extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    @ExceptionHandler
    ResponseEntity<Object> onProblem(ProblemException e) {
        HttpHeaders headers = new HttpHeaders();
        Duration retryAfter = e.retryAfter();
        if (retryAfter != null) {
            headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, retryAfter.toSeconds())));
        }
        if (e.code().status() == HttpStatus.UNAUTHORIZED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answer(Problem.of(e), headers);
    }

    @ExceptionHandler
    ResponseEntity<Object> onAnythingElse(Exception e) {
        if (StoreFailure.isOfStore(e) && StoreFailure.of(e) != StoreFailure.REFUSED) {
            LOG.warn("The store is not available: {}", StoreFailure.reason(e));
            return onProblem(StoreFailure.unavailable());
        }
        String errorId = UUID.randomUUID().toString();
        LOG.error("Request failed, error_id {}", errorId, e);
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
        return answer(Problem.of(code, status.value(), detailOf(e, code), null), headers);
    }

    private static String detailOf(Exception e, ProblemCode code) {
        return switch (e) {
            case HttpRequestMethodNotSupportedException method ->
                method.getMethod() + " is not allowed here; allowed: "
                        + String.join(", ", Arrays.asList(orEmpty(method.getSupportedMethods())));
            case HttpMediaTypeNotSupportedException type ->
                "the Content-Type " + type.getContentType() + " is not supported; supported: "
                        + MediaType.toString(type.getSupportedMediaTypes());
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
