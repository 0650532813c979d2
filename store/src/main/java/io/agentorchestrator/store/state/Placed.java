package io.agentorchestrator.store.state;

/**
 * Why a dispatch went to its agent, with what the worker that decided saw.
 *
 * @param among agents that could have had it, that one included
 * @param used of the agent's slots, taken or promised to tasks before it; more than it has where they wait there
 * @param slots that the agent has
 */
public record Placed(PlacementReason reason, int among, int used, int slots) {}
