package io.agentorchestrator.workflows.selector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts that an agent states about itself, for selectors. Immutable.
 *
 * @param region where it runs; null: it has not said
 * @param version of the agent; null: it has not said
 */
public record AgentTraits(@Nullable String region, @Nullable String version, Map<String, String> labels) {
    /** An agent that has said nothing. */
    public static final AgentTraits NONE = new AgentTraits(null, null, Map.of());

    /** Copies the labels. */
    public AgentTraits {
        labels = Map.copyOf(labels);
    }
}
