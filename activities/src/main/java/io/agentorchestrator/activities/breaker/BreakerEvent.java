package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.HandOverRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that an agent's circuit breaker has to know of. */
public sealed interface BreakerEvent {
    Instant at();

    /** The agent did with this hand-over what an agent has to do, be it that the payload earned an error. */
    record Succeeded(HandOverRef handOver, Instant at) implements BreakerEvent {}

    /**
     * The agent failed by a fault of its own.
     *
     * @param handOver null: nothing to do with one hand-over
     */
    record Failed(@Nullable HandOverRef handOver, Instant at) implements BreakerEvent {}

    /** Somebody wants this hand-over to be the trial of a half-open breaker. */
    record TrialWanted(HandOverRef handOver, Instant expiresAt, Instant at) implements BreakerEvent {}

    /** The hand-over says nothing of the agent: it was never sent, was refused, or ended for somebody else's reasons. */
    record TrialReturned(HandOverRef handOver, Instant at) implements BreakerEvent {}

    record TimePassed(Instant at) implements BreakerEvent {}
}
