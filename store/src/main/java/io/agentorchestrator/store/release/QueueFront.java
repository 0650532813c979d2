package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.release.Rank;

/**
 * The best queued task of a type.
 *
 * @param standalone whether it is of no run yet, and needs a group
 */
public record QueueFront(String taskType, Rank rank, boolean standalone) {}
