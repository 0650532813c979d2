package io.agentorchestrator.store.limit;

import io.agentorchestrator.workflows.limit.CapacityLimit;
import java.time.Instant;

/** A limit that somebody has set. */
public record StoredLimit(CapacityLimit limit, Instant updatedAt, String updatedBy) {}
