package io.agentorchestrator.store.fleet;

/**
 * What the live agents of a pool are, together.
 *
 * @param slots tasks that they run at once
 * @param running tasks that they run now, as recorded
 * @param costPerHourUsd of one agent, on average
 */
public record PoolLoad(String pool, int agents, int slots, long running, double costPerHourUsd) {}
