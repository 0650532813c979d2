package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.Dispatch;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunDispatches;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.store.run.RunStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What all batches of a worker share. */
record DispatchContext(
        DispatchSettings settings,
        BatchStore batches,
        OutcomeStore records,
        GroupCommit<RunDispatches, List<Dispatch.Begun>> dispatches,
        GroupCommit<RunOutcomes, Recorded> recording,
        RunStore runs,
        AgentDirectory directory,
        AgentConnections connections,
        AgentSlots slots,
        Breakers breakers,
        PayloadResolver payloads,
        OutcomeMapping outcomes,
        DispatchMetrics metrics,
        DispatchTracing tracing,
        AttemptTimes times,
        CapacityListener capacity,
        Clock clock) {

    Instant now() {
        return clock.instant();
    }

    Duration lease() {
        return AgentConnections.LEASE;
    }
}
