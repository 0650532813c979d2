package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.store.fleet.FleetAgent;

/** Hears what agents do that concerns no single dispatch. Called on the transport's threads: must not block. */
public interface StreamListener {
    /**
     * A stream ended, whatever was on it; told once a stream.
     *
     * @param welcomed whether the agent had answered on it at all
     */
    void ended(FleetAgent agent, StreamEnd end, boolean welcomed);

    /** The agent told the outcome of a dispatch again, whose first outcome somebody has taken. It is dropped. */
    void outcomeRepeated(FleetAgent agent);
}
