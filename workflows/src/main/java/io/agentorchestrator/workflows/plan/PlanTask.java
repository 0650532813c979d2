package io.agentorchestrator.workflows.plan;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;

/**
 * A task as a plan takes it in.
 *
 * @param complexity estimated, more than 0
 */
public record PlanTask(Priority priority, double complexity, RetryPolicy retry) {}
