package io.agentorchestrator.store.agent;

/** The phases of an agent's circuit breaker, by the names of the published contract. */
public enum BreakerPhase {
    /** Tasks are dispatched. */
    CLOSED,
    /** One task may be dispatched, fleet-wide. */
    HALF_OPEN,
    /** Nothing is dispatched. */
    OPEN
}
