package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.agent.StreamListener;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.fleet.FleetAgent;

/** Counts what agents do wrong on their streams, apart from any one task. Thread-safe. */
record StreamFaults(Breakers breakers, DispatchMetrics metrics) implements StreamListener {
    @Override
    public void ended(FleetAgent agent, StreamEnd end, boolean welcomed) {
        boolean counts = switch (end) {
            case PROTOCOL_BROKEN, MESSAGE_TOO_LARGE, SILENT -> true;
            // What was on the stream may well run on; its end will say.
            case UNREACHABLE -> !welcomed;
            case CLOSED_BY_US, ENDED_BY_AGENT -> false;
        };
        if (counts) {
            breakers.failed(agent.agentId(), null);
        }
    }

    /** The task may be over long since, so the agent's pool stands for its type. */
    @Override
    public void outcomeRepeated(FleetAgent agent) {
        metrics.late(agent.pool());
    }
}
