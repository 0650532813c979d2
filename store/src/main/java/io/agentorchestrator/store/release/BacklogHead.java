package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.release.Rank;

/** The best queued task of a type. */
public record BacklogHead(String taskType, Rank rank) {}
