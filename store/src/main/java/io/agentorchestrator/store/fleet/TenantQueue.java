package io.agentorchestrator.store.fleet;

import io.agentorchestrator.workflows.model.Priority;

/**
 * A tenant's tasks of a type and priority.
 *
 * @param queued in the backlog, or out of it and not yet accepted by an agent
 * @param running at agents
 */
public record TenantQueue(String taskType, Priority priority, long queued, long running) {}
