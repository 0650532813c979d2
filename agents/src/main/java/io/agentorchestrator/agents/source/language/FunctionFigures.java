package io.agentorchestrator.agents.source.language;

/**
 * One function or method.
 *
 * @param line where it begins, from 1
 * @param lines from its first to its last
 * @param complexity cyclomatic (McCabe): 1 and one for each decision
 */
public record FunctionFigures(String name, int line, int lines, int complexity) {}
