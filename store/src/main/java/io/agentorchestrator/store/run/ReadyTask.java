package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.Priority;
import java.util.UUID;

/** A task that has just entered the backlog. */
public record ReadyTask(UUID taskId, int index, String taskType, Priority priority) {}
