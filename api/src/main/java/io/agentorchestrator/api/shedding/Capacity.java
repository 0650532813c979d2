package io.agentorchestrator.api.shedding;

/**
 * The use of limits of open tasks, as an API estimates it.
 *
 * @param openTasks that have not ended and could run
 * @param maxOpenTasks at most so many
 * @param parkedTasks that have not ended and could not run
 * @param maxParkedTasks at most so many
 * @param shedding whether a task that is not CRITICAL is refused now, or was within the last seconds
 */
public record Capacity(long openTasks, long maxOpenTasks, long parkedTasks, long maxParkedTasks, boolean shedding) {}
