package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.TypeTerms;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The parts of the store and the neighbours that dispatch uses.
 *
 * @param terms on which dependents leave the backlog in the transaction that makes them ready, as of now
 * @param capacity hears of slots that have become free
 * @param flow hears how long things take
 */
public record DispatchPorts(
        BatchStore batches,
        OutcomeStore outcomes,
        RunStore runs,
        Breakers breakers,
        Supplier<Map<String, TypeTerms>> terms,
        CapacityListener capacity,
        FlowListener flow) {}
