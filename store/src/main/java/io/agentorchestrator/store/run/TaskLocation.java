package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import org.jspecify.annotations.Nullable;

/**
 * Where a task is, and whose.
 *
 * @param run null if it is in none
 */
public record TaskLocation(@Nullable RunKey run, BatchState state) {}
