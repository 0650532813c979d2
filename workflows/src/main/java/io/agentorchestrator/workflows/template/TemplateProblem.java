package io.agentorchestrator.workflows.template;

/**
 * A template that cannot be understood.
 *
 * @param pointer where in the payload, as a JSON pointer
 * @param message what is wrong and the way out
 */
public record TemplateProblem(String pointer, String message) {}
