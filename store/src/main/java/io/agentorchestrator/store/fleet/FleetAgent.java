package io.agentorchestrator.store.fleet;

import java.time.Instant;
import java.util.Set;

/**
 * An agent that can be reached.
 *
 * @param pool its first type
 * @param costPerHourUsd its cost factor
 * @param credentialSha256 of the credential of its registration; owned by this record and not to be changed
 * @param registeredAt when its process, or a later one under its id, registered
 * @param ready whether it takes new tasks; one that drains still answers for those it has
 * @param breakerState of its circuit breaker: CLOSED, OPEN or HALF_OPEN, as some worker last saw it
 */
public record FleetAgent(
        String agentId,
        Set<String> agentTypes,
        String pool,
        String address,
        int maxConcurrentTasks,
        double costPerHourUsd,
        byte[] credentialSha256,
        Instant registeredAt,
        boolean ready,
        String breakerState) {}
