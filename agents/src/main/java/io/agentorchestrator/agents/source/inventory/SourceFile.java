package io.agentorchestrator.agents.source.inventory;

import io.agentorchestrator.agents.source.language.Language;

/**
 * A file that is worth measuring.
 *
 * @param path relative to the analysed directory, with slashes
 */
public record SourceFile(String path, Language language, long bytes) {}
