package io.agentorchestrator.store.reading;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a task as its agent reports it.
 *
 * @param fraction 0 to 1
 * @param message the agent's words
 * @param reportedAt when the agent last reported anything of the task
 */
public record ProgressFacts(double fraction, @Nullable String message, Instant reportedAt) {}
