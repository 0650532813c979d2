package io.agentorchestrator.api.shedding;

import io.agentorchestrator.store.tenant.TenantLimits;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits that an API goes by.
 *
 * @param sheds whether limits of open tasks refuse anything
 * @param maxOpenTasks of the installation
 * @param maxParkedTasks of the installation
 * @param tenants those that have limits of their own, by name
 * @param apis among which all limits are divided, at least 1
 */
record CapacityLimits(
        boolean sheds, long maxOpenTasks, long maxParkedTasks, Map<String, TenantLimits> tenants, int apis) {
    CapacityLimits {
        tenants = Map.copyOf(tenants);
    }

    /** The limits of a tenant's open tasks; null if it has none of its own. */
    @Nullable Long maxOpenTasks(String tenant) {
        Integer most = tenants.getOrDefault(tenant, TenantLimits.NONE).maxOpenTasks();
        return most == null ? null : (Long) most.longValue();
    }

    /** This API's part of the tasks that a tenant may submit in a second; null if nothing limits them. */
    @Nullable Double tasksPerSecond(String tenant) {
        Integer most = tenants.getOrDefault(tenant, TenantLimits.NONE).maxTasksPerSecond();
        return most == null ? null : (Double) (most / (double) apis);
    }

    /** The number of open tasks from which on all but CRITICAL ones are refused: 90 % of the limit, upwards. */
    static long ordinary(long limit) {
        return limit - limit / 10;
    }
}
