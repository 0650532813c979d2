package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.agent.AgentListener;
import io.agentorchestrator.store.fleet.FleetAgent;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Tells whoever waits for a dispatch how it ended; a broken stream is left to Temporal's time-out. Thread-safe. */
final class DispatchEnds implements AgentListener {
    private final Map<DispatchRef, CompletableFuture<AgentEvent>> waiting = new ConcurrentHashMap<>();

    void put(DispatchRef ref, CompletableFuture<AgentEvent> end) {
        waiting.put(ref, end);
    }

    @Override
    public void connected(FleetAgent agent, boolean preempts) {}

    @Override
    public void disconnected(FleetAgent agent, StreamEnd end, String reason) {}

    @Override
    public void unreachable(FleetAgent agent, StreamEnd end, String reason) {}

    @Override
    public void congested(FleetAgent agent, boolean is) {}

    @Override
    public void told(FleetAgent agent, AgentEvent.Load load) {}

    @Override
    public boolean heard(FleetAgent agent, AgentEvent event) {
        CompletableFuture<AgentEvent> end = isEnd(event) ? waiting.remove(event.ref()) : null;
        if (end != null) {
            end.completeAsync(() -> event); // whoever waits goes on elsewhere than on the transport's thread
        }
        return true;
    }

    @Override
    public void outcomeRepeated(FleetAgent agent) {}

    /** Tells whether nothing follows of this dispatch. */
    private static boolean isEnd(AgentEvent event) {
        return switch (event) {
            case AgentEvent.Succeeded _, AgentEvent.Failed _, AgentEvent.Refused _, AgentEvent.Unknown _ -> true;
            case AgentEvent.Accepted _,
                    AgentEvent.CheckpointTaken _,
                    AgentEvent.Progressed _,
                    AgentEvent.UsageReported _ -> false;
        };
    }
}
