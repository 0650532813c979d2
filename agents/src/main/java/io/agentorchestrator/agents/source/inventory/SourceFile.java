package io.agentorchestrator.agents.source.inventory;

/**
 * A file that is worth measuring.
 *
 * @param path relative to the analysed directory, with slashes
 * @param language id of its language
 */
public record SourceFile(String path, String language, long bytes) {}
