package io.agentorchestrator.workflows.selector;

/**
 * Required conditions of tasks of a type that wait.
 *
 * @param key {@link TaskSelector#key}
 */
public record WaitingSelector(String key, String taskType, Selector conditions) {}
