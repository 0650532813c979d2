package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.state.PlacementReason;
import org.jspecify.annotations.Nullable;

/**
 * Why a dispatch went to its agent.
 *
 * @param among agents that could have had it, that one included; 0 where the reason needs no comparison
 * @param used of the agent's slots, taken or promised to tasks before it
 * @param movedFrom the agent of the dispatch before, of the same attempt
 */
public record PlacementFacts(
        String agentId,
        PlacementReason reason,
        int among,
        int used,
        int slots,
        @Nullable String movedFrom) {}
