package io.agentorchestrator.workflows.forecast;

import java.util.BitSet;

/**
 * Slots of agents that serve the same types.
 *
 * @param types numbers of the types; not to be changed
 * @param slots tasks that they run at once
 */
public record Pool(BitSet types, int slots) {}
