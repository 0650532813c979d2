package io.agentorchestrator.workflows.release;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks an agent may be given: the one rule by which release counts credit and dispatch fills slots. Immutable.
 *
 * @param types that it declares
 * @param tenants whose tasks it takes; null: everybody's
 */
public record Eligibility(Set<String> types, @Nullable Set<String> tenants) {
    public Eligibility {
        types = Set.copyOf(types);
        tenants = tenants == null ? null : Set.copyOf(tenants);
    }

    /** Tells whether the agent may be given a task of this type and tenant. */
    public boolean accepts(String taskType, String tenant) {
        return types.contains(taskType) && serves(tenant);
    }

    /** Tells whether the agent works for a tenant. */
    public boolean serves(String tenant) {
        return tenants == null || tenants.contains(tenant);
    }
}
