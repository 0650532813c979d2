package io.agentorchestrator.store.run;

import org.jspecify.annotations.Nullable;

/**
 * The result of a task, by the task's key.
 *
 * @param result JSON, or null where the task has none
 */
public record KeyedResult(String key, @Nullable String result) {}
