package io.agentorchestrator.store.state;

/** Why a dispatch went to its agent. */
public enum PlacementReason {
    /** No other agent could have had it. */
    ONLY_AGENT,
    /** Of those that could have had it, it had the lowest share of its slots taken. */
    LEAST_LOADED,
    /** Of those that could have had it, it was expected to cost least there, dearer the fuller the agent. */
    COST_BASED,
    /** Of those that could have had it, it meets most of the conditions that the task prefers. */
    PREFERRED,
    /** It is the one task that tries an agent whose circuit breaker was open. */
    TRIAL,
    /** It became ready by the record of its parent, which gave it a slot of that agent at once. */
    HANDED_ON,
    /** The agent before refused it. */
    MOVED_REFUSED,
    /** The agent before could not be reached, or did not answer. */
    MOVED_UNREACHABLE,
    /** The agent before takes no more tasks: it drains, is not trusted, or has been removed. */
    MOVED_UNAVAILABLE,
    /** The agent before stopped, or gave it up. */
    MOVED_STOPPED,
    /** It waited at the agent before, and another one had a slot free. */
    MOVED_IDLE
}
