package io.agentorchestrator.store.tenant;

import org.jspecify.annotations.Nullable;

/**
 * The limits of a tenant; null sets none.
 *
 * @param maxOpenTasks tasks that have not ended and could run, at least 1
 * @param maxTasksPerSecond tasks that are accepted on average, at least 1
 */
public record TenantLimits(
        @Nullable Integer maxOpenTasks, @Nullable Integer maxTasksPerSecond) {
    /** The limits of a tenant of which nobody has said anything. */
    public static final TenantLimits NONE = new TenantLimits(null, null);
}
