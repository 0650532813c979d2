package io.agentorchestrator.benchmarks.loadtest.workload;

/**
 * One request, ready to send.
 *
 * @param body of whoever sends it; nobody changes it
 * @param tasks how many tasks it submits
 */
public record Request(String path, byte[] body, int tasks) {}
