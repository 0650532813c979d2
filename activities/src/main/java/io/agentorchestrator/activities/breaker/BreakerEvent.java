package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that an agent's circuit breaker has to know of. */
public sealed interface BreakerEvent {
    Instant at();

    /** The agent did with this dispatch what an agent has to do, be it that the payload earned an error. */
    record Succeeded(DispatchRef dispatch, Instant at) implements BreakerEvent {}

    /**
     * The agent failed by a fault of its own.
     *
     * @param dispatch null: nothing to do with one dispatch
     */
    record Failed(@Nullable DispatchRef dispatch, Instant at) implements BreakerEvent {}

    /** Somebody wants this dispatch to be the trial of a half-open breaker. */
    record TrialWanted(DispatchRef dispatch, Instant expiresAt, Instant at) implements BreakerEvent {}

    /** The dispatch says nothing of the agent: it was never sent, was refused, or ended for somebody else's reasons. */
    record TrialReturned(DispatchRef dispatch, Instant at) implements BreakerEvent {}

    record TimePassed(Instant at) implements BreakerEvent {}
}
