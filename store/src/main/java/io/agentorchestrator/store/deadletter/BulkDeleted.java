package io.agentorchestrator.store.deadletter;

/**
 * The result of deleting many dead letters.
 *
 * @param count how many were deleted
 * @param more whether others that match are left, since no more were to be deleted at once
 */
public record BulkDeleted(int count, boolean more) {}
