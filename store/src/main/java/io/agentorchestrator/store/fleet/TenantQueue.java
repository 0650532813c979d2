package io.agentorchestrator.store.fleet;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's tasks of a type and priority.
 *
 * @param queued in the backlog, or out of it and not yet accepted by an agent
 * @param running at agents
 * @param oldestWaitingSince when the one of those queued that waits longest was queued; absent if none is
 * @param slots of live agents that take the tenant's tasks of the type, whatever else they take; the same for each priority
 * @param slotsInUse of those, by tasks of any type and tenant
 */
public record TenantQueue(
        String taskType,
        Priority priority,
        long queued,
        long running,
        @Nullable Instant oldestWaitingSince,
        long slots,
        long slotsInUse) {}
