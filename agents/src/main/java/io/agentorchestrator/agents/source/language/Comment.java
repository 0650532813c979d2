package io.agentorchestrator.agents.source.language;

/**
 * One line of comment.
 *
 * @param line from 1
 */
public record Comment(int line, String text) {}
