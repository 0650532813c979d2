package io.agentorchestrator.store.tenant;

import java.util.Map;

/**
 * Tasks that have not ended, at one moment.
 *
 * @param byTenant only tenants that have any
 */
public record OpenTasks(Map<String, Count> byTenant) {
    /** Copies the map. */
    public OpenTasks {
        byTenant = Map.copyOf(byTenant);
    }

    /** Counts those of all tenants. */
    public Count total() {
        return byTenant.values().stream().reduce(Count.NONE, Count::plus);
    }

    /** Counts those of a tenant. */
    public Count of(String tenant) {
        return byTenant.getOrDefault(tenant, Count.NONE);
    }

    /**
     * A number of tasks that have not ended.
     *
     * @param runnable that run, or need only an agent with room, or the end of a back-off
     * @param parked that need something else first: the tasks they depend on, the resumption of their run, or an agent that serves their type
     */
    public record Count(long runnable, long parked) {
        /** The count of nothing. */
        public static final Count NONE = new Count(0, 0);

        /** The sum of two counts. */
        public Count plus(Count other) {
            return new Count(runnable + other.runnable, parked + other.parked);
        }
    }
}
