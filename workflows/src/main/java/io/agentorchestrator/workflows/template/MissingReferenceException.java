package io.agentorchestrator.workflows.template;

/** A template refers to what is not there. */
public final class MissingReferenceException extends TemplateException {
    public static final String CODE = "MISSING_INPUT";

    MissingReferenceException(String pointer, String message) {
        super(CODE, pointer, message);
    }
}
