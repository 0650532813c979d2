package io.agentorchestrator.api.tenant;

import io.agentorchestrator.api.shedding.Capacity;
import io.agentorchestrator.api.submission.Warning;
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
            String updatedBy,
            @Nullable List<Warning> warnings) {
        /** The same for who has just set it, with a warning if more tasks are open than may be from now on. */
        TenantView changed() {
            if (maxOpenTasks == null || openTasks <= maxOpenTasks) {
                return this;
            }
            return new TenantView(
                    name,
                    weight,
                    usedSlotSeconds,
                    maxOpenTasks,
                    maxTasksPerSecond,
                    openTasks,
                    parkedTasks,
                    shedding,
                    updatedAt,
                    updatedBy,
                    List.of(new Warning(
                            Warning.Code.BELOW_USE,
                            "/max_open_tasks",
                            "%,d tasks are open already; they go on, and others that are not CRITICAL are refused until fewer than %,d are"
                                    .formatted(openTasks, maxOpenTasks))));
        }

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
                    tenant.updatedBy(),
                    null);
        }
    }
}
