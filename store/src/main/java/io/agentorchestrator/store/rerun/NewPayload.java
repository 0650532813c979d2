package io.agentorchestrator.store.rerun;

/**
 * A payload that takes the place of the one that was submitted; validated.
 *
 * @param json a JSON object
 * @param hasTemplates whether it refers to inputs or to results of other tasks
 */
public record NewPayload(String json, boolean hasTemplates) {}
