package io.agentorchestrator.api.tenant;

import io.agentorchestrator.api.shedding.Capacity;
import io.agentorchestrator.store.tenant.StoredTenant;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the tenant routes. */
final class TenantAnswers {
    private TenantAnswers() {}

    /** The tenants of which somebody has said something. */
    record TenantList(List<TenantView> tenants) {
        TenantList {
            tenants = List.copyOf(tenants);
        }
    }

    /** A tenant. */
    record TenantView(
            String name,
            double weight,
            double usedSlotSeconds,
            @Nullable Integer maxOpenTasks,
            @Nullable Integer maxTasksPerSecond,
            long openTasks,
            long parkedTasks,
            boolean shedding,
            Instant updatedAt,
            String updatedBy) {
        static TenantView of(StoredTenant tenant, double slotSeconds, Capacity used) {
            return new TenantView(
                    tenant.name(),
                    tenant.weight(),
                    slotSeconds,
                    tenant.limits().maxOpenTasks(),
                    tenant.limits().maxTasksPerSecond(),
                    used.openTasks(),
                    used.parkedTasks(),
                    used.shedding(),
                    tenant.updatedAt(),
                    tenant.updatedBy());
        }
    }
}
