package io.agentorchestrator.store.state;

import java.time.Duration;
import java.util.UUID;

/**
 * A dispatch that its agent has accepted.
 *
 * @param ago how long ago, by the worker's monotonic clock
 */
public record Accepted(UUID taskId, int epoch, Duration ago) {}
