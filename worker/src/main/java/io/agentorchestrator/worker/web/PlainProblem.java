package io.agentorchestrator.worker.web;

import org.springframework.http.HttpStatus;

/** A problem (RFC 9457) of which only the HTTP status is known, with the API's codes. */
final class PlainProblem {
    private PlainProblem() {}

    /** The problem as JSON. */
    static String json(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        HttpStatus kind = known != null
                ? known
                : status < HttpStatus.INTERNAL_SERVER_ERROR.value()
                        ? HttpStatus.BAD_REQUEST
                        : HttpStatus.INTERNAL_SERVER_ERROR;
        String code = kind == HttpStatus.INTERNAL_SERVER_ERROR ? "INTERNAL_ERROR" : kind.name();
        String detail = kind == HttpStatus.NOT_FOUND
                ? "there is no such route; a worker has /actuator/health and /actuator/prometheus"
                : kind.getReasonPhrase();
        String errors = kind == HttpStatus.BAD_REQUEST
                ? ",\"errors\":[{\"pointer\":\"\",\"code\":\"%s\",\"message\":\"%s\"}]".formatted(code, detail)
                : "";
        return "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"%s}"
                .formatted(kind.getReasonPhrase(), status, code, detail, errors);
    }
}
