package io.agentorchestrator.agents.source.manifests;

/**
 * One declared dependency.
 *
 * @param version as it is written; empty: none is given here (it is managed elsewhere, or open)
 * @param scope as the build tool calls it: compile, test, dev, managed, indirect
 */
public record Dependency(String name, String version, String scope) {}
