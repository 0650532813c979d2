package io.agentorchestrator.agents.source.manifests;

import java.util.List;

/**
 * One dependency manifest.
 *
 * @param ecosystem Maven, npm, Python, Go, Cargo or Gradle
 * @param name what the manifest calls its own project; empty if it does not
 * @param problem why it could not be read; empty if it could
 */
public record Manifest(String path, String ecosystem, String name, List<Dependency> dependencies, String problem) {
    public Manifest {
        dependencies = List.copyOf(dependencies);
    }
}
