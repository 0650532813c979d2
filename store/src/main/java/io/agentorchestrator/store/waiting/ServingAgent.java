package io.agentorchestrator.store.waiting;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.workflows.release.Eligibility;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent that may take tasks, now or soon.
 *
 * @param accepts tasks of which types and tenants
 * @param slots tasks that it runs at once
 * @param availability whether it takes tasks, and if not, why
 * @param drainedBy the operator who drains it; absent if none does
 * @param breaker where its circuit breaker is
 * @param breakerOpenedAt when it opened last; absent while it is closed
 */
public record ServingAgent(
        String agentId,
        Eligibility accepts,
        int slots,
        Availability availability,
        @Nullable String drainedBy,
        BreakerPhase breaker,
        @Nullable Instant breakerOpenedAt) {
    /** The availability of an agent. */
    public enum Availability {
        LIVE,
        DRAINING,
        /** Its heartbeats have stopped. */
        SILENT
    }
}
