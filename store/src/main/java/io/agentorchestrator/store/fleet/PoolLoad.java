package io.agentorchestrator.store.fleet;

/**
 * The live agents of a pool, taken together.
 *
 * @param slots tasks that they run at once
 * @param running tasks that they run now, as recorded
 * @param costPerHourUsd of one agent, on average
 */
public record PoolLoad(String pool, int agents, int slots, long running, double costPerHourUsd) {}
