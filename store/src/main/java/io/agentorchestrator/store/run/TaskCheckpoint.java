package io.agentorchestrator.store.run;

import java.util.UUID;

/** A checkpoint, and the dispatch of whose it is. */
public record TaskCheckpoint(String tenant, UUID taskId, int attempt, int epoch, StoredCheckpoint checkpoint) {}
