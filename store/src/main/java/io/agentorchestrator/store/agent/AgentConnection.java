package io.agentorchestrator.store.agent;

import io.agentorchestrator.text.VisibleText;
import io.agentorchestrator.workflows.model.Excerpt;
import java.time.Instant;

/**
 * The state of the workers' connections to an agent.
 *
 * @param since the time from which it has been so
 * @param detail what happened and what to do, for people; empty where all is well
 */
public record AgentConnection(String agentId, AgentConnectionState state, Instant since, String detail) {
    /** Of the detail, in UTF-16 units; the rest is cut off. */
    public static final int MAX_DETAIL_LENGTH = 500;

    public AgentConnection {
        // Some of it may be an agent's own words.
        detail = Excerpt.of(VisibleText.of(detail), MAX_DETAIL_LENGTH);
    }
}
