package io.agentorchestrator.store.agent;

/** The state of an agent, which decides whether it takes tasks. */
public enum AgentState {
    READY,
    /** Finishes what it has, takes nothing new: it stops, or an operator drains it. */
    DRAINING,
    /** Has not been heard of for too long. */
    LOST
}
