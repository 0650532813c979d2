package io.agentorchestrator.store.fleet;

import io.agentorchestrator.workflows.model.Priority;

/**
 * The number of tasks of a type and priority that wait for capacity.
 *
 * @param queued in the backlog, or out of it and not yet accepted by an agent
 */
public record QueueDepth(String taskType, Priority priority, long queued) {}
