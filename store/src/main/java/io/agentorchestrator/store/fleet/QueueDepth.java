package io.agentorchestrator.store.fleet;

import io.agentorchestrator.workflows.model.Priority;

/**
 * How many tasks of a type and priority wait for capacity.
 *
 * @param queued in the backlog, or out of it and not yet accepted by an agent
 */
public record QueueDepth(String taskType, Priority priority, long queued) {}
