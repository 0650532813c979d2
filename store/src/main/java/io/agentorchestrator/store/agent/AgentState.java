package io.agentorchestrator.store.agent;

/** Whether an agent takes tasks. */
public enum AgentState {
    READY,
    /** Finishes what it has, takes nothing new. */
    DRAINING,
    /** Has not been heard of for too long. */
    LOST
}
