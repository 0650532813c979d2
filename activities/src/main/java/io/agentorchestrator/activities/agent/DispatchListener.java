package io.agentorchestrator.activities.agent;

/** Hears of one dispatch. Called on the transport's threads: must not block. */
@FunctionalInterface
public interface DispatchListener {
    void heard(AgentEvent event);
}
