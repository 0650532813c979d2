package io.agentorchestrator.workflows.plan;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;

/**
 * A task as a plan takes it in.
 *
 * @param complexity the length of its step on a path, 0 or more; 0 where paths do not count
 */
public record PlanTask(Priority priority, double complexity, RetryPolicy retry) {}
