package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.selector.AgentTraits;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks an agent may be given: the one rule by which release counts credit and dispatch fills slots. Immutable.
 *
 * @param types that it declares
 * @param tenants whose tasks it takes; null: everybody's
 * @param traits what it says of itself, which tasks' selectors go by
 */
public record Eligibility(Set<String> types, @Nullable Set<String> tenants, AgentTraits traits) {
    public Eligibility {
        types = Set.copyOf(types);
        tenants = tenants == null ? null : Set.copyOf(tenants);
    }

    /** An agent that says nothing of itself. */
    public Eligibility(Set<String> types, @Nullable Set<String> tenants) {
        this(types, tenants, AgentTraits.NONE);
    }

    /** Tells whether the agent may be given a task of this type and tenant that sets these conditions. */
    public boolean accepts(String taskType, String tenant, Selector required) {
        return types.contains(taskType) && serves(tenant) && required.accepts(traits);
    }

    /** Tells whether the agent may be given a task of this type and tenant that sets no conditions. */
    public boolean accepts(String taskType, String tenant) {
        return accepts(taskType, tenant, Selector.NONE);
    }

    /** Tells whether the agent works for a tenant. */
    public boolean serves(String tenant) {
        return tenants == null || tenants.contains(tenant);
    }
}
