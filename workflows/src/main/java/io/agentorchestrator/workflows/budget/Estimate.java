package io.agentorchestrator.workflows.budget;

/**
 * The usage of an attempt of a type, on average.
 *
 * @param costFactor of the agents that completed them, USD an hour; 0 where they cost nothing, or it is not known
 */
public record Estimate(Amount amount, double costFactor) {}
