package io.agentorchestrator.workflows.template;

/** A payload that could not be resolved. The message names the pointer and the reference; {@link #code} is the task's error code. */
public abstract sealed class TemplateException extends RuntimeException
        permits MissingReferenceException, PayloadTooLargeException {
    private final String code;
    private final String pointer;

    TemplateException(String code, String pointer, String message) {
        super(message);
        this.code = code;
        this.pointer = pointer;
    }

    /** Stable: MISSING_INPUT or PAYLOAD_TOO_LARGE. */
    public String code() {
        return code;
    }

    /** Where in the payload, as a JSON pointer. */
    public String pointer() {
        return pointer;
    }
}
