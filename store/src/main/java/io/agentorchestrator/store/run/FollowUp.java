package io.agentorchestrator.store.run;

import java.util.Map;

/**
 * The terms for dependents that become ready by outcomes, in the transaction that records the outcomes.
 *
 * @param byType on what terms they leave the backlog; those of a type that is missing stay in it
 * @param agentByTask by index, the agent that has room for it: if it leaves, it is dispatched there at once
 */
public record FollowUp(Map<String, TypeTerms> byType, Map<Integer, String> agentByTask) {
    /** Leaves everything to release. */
    public static final FollowUp NONE = new FollowUp(Map.of(), Map.of());
}
