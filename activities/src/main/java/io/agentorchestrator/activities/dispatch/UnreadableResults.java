package io.agentorchestrator.activities.dispatch;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Whose tasks got unreadable results from each agent, since it last gave a readable one. Those of one submitter may be all that submitter's
 * doing, and must not keep an agent from others; once a second one is hit, they are the agent's. Not thread-safe.
 */
final class UnreadableResults {
    /** From so many submitters on, an unreadable result counts against the agent. */
    private static final int SUBMITTERS = 2;

    /** Agents that are remembered; of more, those that were heard of longest ago are forgotten. */
    private static final int MAX_AGENTS = 10_000;

    private final SequencedMap<String, Set<String>> submittersByAgent = new LinkedHashMap<>();

    /** Notes one; returns whether it is to count against the agent. */
    boolean isTheAgents(String agentId, String submitter) {
        Set<String> known = submittersByAgent.remove(agentId);
        Set<String> submitters = known == null ? new HashSet<>() : known;
        submittersByAgent.putLast(agentId, submitters);
        if (submittersByAgent.size() > MAX_AGENTS) {
            submittersByAgent.pollFirstEntry();
        }
        if (submitters.size() < SUBMITTERS) {
            submitters.add(submitter);
        }
        return submitters.size() >= SUBMITTERS;
    }

    /** The agent has given a result that could be read. */
    void readable(String agentId) {
        submittersByAgent.remove(agentId);
    }
}
