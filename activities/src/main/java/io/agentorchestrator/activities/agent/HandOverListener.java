package io.agentorchestrator.activities.agent;

/** Hears of one hand-over. Called on the transport's threads: must not block. */
@FunctionalInterface
public interface HandOverListener {
    void heard(AgentEvent event);
}
