package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.run.HandOver;
import io.agentorchestrator.store.run.LotStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunHandOvers;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.store.run.RunStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What all lots of a worker share. */
record DispatchContext(
        DispatchSettings settings,
        LotStore lots,
        OutcomeStore records,
        GroupCommit<RunHandOvers, List<HandOver.Begun>> handOvers,
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
