package io.agentorchestrator.api.problem;

import org.springframework.http.HttpStatus;

/** Every code that an error can carry: stable, and what decides its HTTP status. */
public enum ProblemCode {
    MALFORMED_JSON(HttpStatus.BAD_REQUEST, "The body is not valid JSON"),
    MALFORMED_YAML(HttpStatus.BAD_REQUEST, "The body is not valid YAML"),
    LIMIT_EXCEEDED(HttpStatus.BAD_REQUEST, "The body goes beyond a limit of its format"),
    UNKNOWN_FIELD(HttpStatus.BAD_REQUEST, "A field is not known"),
    UNSUPPORTED_FIELD(HttpStatus.BAD_REQUEST, "A field is not supported yet"),
    INVALID_TYPE(HttpStatus.BAD_REQUEST, "A field has the wrong type"),
    MISSING_FIELD(HttpStatus.BAD_REQUEST, "A field is missing"),
    UNKNOWN_PARAMETER(HttpStatus.BAD_REQUEST, "A query parameter is not known"),
    INVALID_PARAMETER(HttpStatus.BAD_REQUEST, "A query parameter is not valid"),
    INVALID_HEADER(HttpStatus.BAD_REQUEST, "A header is not valid"),
    MALFORMED_PAYLOAD(HttpStatus.BAD_REQUEST, "A payload is not what it says it is"),
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be understood"),

    UNAUTHORIZED(HttpStatus.UNAUTHORIZED, "A credential is needed"),
    CROSS_SITE_REQUEST(HttpStatus.FORBIDDEN, "Pages of other sites may not change anything here"),
    HOST_NOT_ALLOWED(HttpStatus.FORBIDDEN, "The Host header names another server"),
    ORIGIN_NOT_ALLOWED(HttpStatus.FORBIDDEN, "Pages of that origin may not call this"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
    TASK_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such task"),
    DAG_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such DAG"),
    COMMAND_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such command"),
    AGENT_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such agent"),
    DEAD_LETTER_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such dead letter"),
    SETTING_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such setting"),
    FLAG_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such feature flag"),
    LIMIT_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such limit"),
    BUDGET_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such budget"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "The answer is not available in that format"),
    ALREADY_ENDED(HttpStatus.CONFLICT, "It has ended already"),
    DAG_NOT_ENDED(HttpStatus.CONFLICT, "The DAG has not ended"),
    NOTHING_TO_RERUN(HttpStatus.CONFLICT, "There is nothing to run again"),
    NEEDS_ITS_DAG(HttpStatus.CONFLICT, "The task cannot run without its DAG"),
    NOT_IN_A_DAG(HttpStatus.CONFLICT, "The task is of no DAG"),
    DEAD_LETTER_DELETED(HttpStatus.CONFLICT, "The dead letter was deleted"),
    DEAD_LETTER_RERUN(HttpStatus.CONFLICT, "The task of the dead letter has run again"),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.CONFLICT, "The idempotency key was used for another request"),
    AGENT_EXISTS(HttpStatus.CONFLICT, "The agent id is taken"),
    AGENT_ALIVE(HttpStatus.CONFLICT, "The agent is alive"),
    FLAG_OFF(HttpStatus.CONFLICT, "A feature flag is off"),
    FLAG_NOT_AVAILABLE(HttpStatus.CONFLICT, "The function is not built yet"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body's media type is not supported"),
    UNSUPPORTED_CONTENT_ENCODING(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body's content coding is not supported"),

    PAYLOAD_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "A payload is too large"),
    REQUEST_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The request is too large"),

    OUT_OF_RANGE(HttpStatus.UNPROCESSABLE_CONTENT, "A value is out of range"),
    INVALID_VALUE(HttpStatus.UNPROCESSABLE_CONTENT, "A value is not valid"),
    EMPTY_DAG(HttpStatus.UNPROCESSABLE_CONTENT, "There are no tasks"),
    TOO_MANY_TASKS(HttpStatus.UNPROCESSABLE_CONTENT, "There are too many tasks"),
    TOO_MANY_DEPENDENCIES(HttpStatus.UNPROCESSABLE_CONTENT, "There are too many dependencies"),
    DUPLICATE_KEY(HttpStatus.UNPROCESSABLE_CONTENT, "A key is used twice"),
    UNKNOWN_KEY(HttpStatus.UNPROCESSABLE_CONTENT, "There is no task of that key"),
    UNKNOWN_DEPENDENCY(HttpStatus.UNPROCESSABLE_CONTENT, "A dependency is not known"),
    SELF_DEPENDENCY(HttpStatus.UNPROCESSABLE_CONTENT, "A task depends on itself"),
    CYCLE(HttpStatus.UNPROCESSABLE_CONTENT, "Tasks depend on each other in a cycle"),
    BAD_TEMPLATE(HttpStatus.UNPROCESSABLE_CONTENT, "A template is not valid"),

    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "The tenant submits too fast"),

    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side"),
    SHED(HttpStatus.SERVICE_UNAVAILABLE, "Too many tasks are unfinished"),
    OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, "Too much is under way"),
    STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The store is not available"),
    STORE_TIMEOUT(HttpStatus.SERVICE_UNAVAILABLE, "The store did not answer in time");

    private final HttpStatus status;
    private final String title;

    ProblemCode(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    /** Tells whether it says what is wrong with a request, which its {@code errors} then list: 400 and 422. */
    boolean isOfRequest() {
        return status == HttpStatus.BAD_REQUEST || status == HttpStatus.UNPROCESSABLE_CONTENT;
    }

    public String title() {
        return title;
    }

    /** The code of an error of which only the HTTP status is known. */
    static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> UNAUTHORIZED;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> REQUEST_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> RATE_LIMITED;
            case 503 -> OVERLOADED;
            default -> status < 500 ? BAD_REQUEST : INTERNAL_ERROR;
        };
    }
}
