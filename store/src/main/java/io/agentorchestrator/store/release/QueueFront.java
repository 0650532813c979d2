package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.TaskClass;

/**
 * The best queued task of a class.
 *
 * @param standalone whether it is of no run yet, and needs a group
 */
public record QueueFront(TaskClass tasks, Priority priority, Rank rank, boolean standalone) {}
