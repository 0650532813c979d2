package io.agentorchestrator.workflows.template;

/** A payload that grows past its limits when its templates are resolved. */
public final class PayloadTooLargeException extends TemplateException {
    public static final String CODE = "PAYLOAD_TOO_LARGE";

    PayloadTooLargeException(String pointer, String message) {
        super(CODE, pointer, message);
    }
}
