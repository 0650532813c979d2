package io.agentorchestrator.store.run;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.UUID;

/** A task at an agent, named by its run and its id. */
public record WatchedRow(RunKey run, int index, UUID taskId) {}
