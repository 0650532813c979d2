package io.agentorchestrator.activities.agent;

import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.store.fleet.FleetAgent;

/** Hears of all agents. Called on the transport's threads: must not block. */
public interface AgentListener {
    /**
     * A stream is open, and the agent has proven who it is.
     *
     * @param preempts whether it knows Preempt
     */
    void connected(FleetAgent agent, boolean preempts);

    /** That stream has ended. Tasks may well run on. */
    void disconnected(FleetAgent agent, StreamEnd end, String reason);

    /** A stream was not to be had. */
    void unreachable(FleetAgent agent, StreamEnd end, String reason);

    /** Messages to the agent wait in this process, or no longer do. */
    void congested(FleetAgent agent, boolean is);

    void told(FleetAgent agent, AgentEvent.Load load);

    /**
     * The agent said something of a dispatch.
     *
     * @return whether more may come at once; if not, no more is read until {@link AgentConnections#readOn}
     */
    boolean heard(FleetAgent agent, AgentEvent event);

    /** The agent told an outcome again that it had told on this stream. It is dropped. */
    void outcomeRepeated(FleetAgent agent);
}
