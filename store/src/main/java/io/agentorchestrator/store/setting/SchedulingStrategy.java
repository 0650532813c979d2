package io.agentorchestrator.store.setting;

/** The rule by which one of the agents that have room for a task is chosen. */
public enum SchedulingStrategy {
    /** The agent with the lowest share of its slots taken. */
    LEAST_LOADED,
    /** The agent on which the task is expected to cost least, dearer the fuller it is. */
    COST_BASED
}
