package io.agentorchestrator.agents.source.manifests;

import java.util.List;

/**
 * All manifests of a directory.
 *
 * @param truncated whether there were more than are read
 */
public record Manifests(List<Manifest> manifests, boolean truncated) {
    public Manifests {
        manifests = List.copyOf(manifests);
    }
}
