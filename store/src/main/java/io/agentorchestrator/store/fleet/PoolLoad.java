package io.agentorchestrator.store.fleet;

import java.util.Set;

/**
 * The live agents of a pool, taken together. A pool whose agents are all lost is there too, with none, until the last of them is no longer registered.
 *
 * @param agentTypes that any of the live agents serves; where none is live, that any did
 * @param slots tasks that they run at once
 * @param running tasks that they run now, as recorded
 * @param costPerHourUsd of one agent, on average; where none is live, of those that were
 */
public record PoolLoad(
        String pool, Set<String> agentTypes, int agents, int slots, long running, double costPerHourUsd) {}
