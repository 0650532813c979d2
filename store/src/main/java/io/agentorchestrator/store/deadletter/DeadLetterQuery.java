package io.agentorchestrator.store.deadletter;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters of a tenant to list, newest first. What is null does not narrow.
 *
 * @param before only entries older than this one: the last of the page before, which need not be there any more
 */
public record DeadLetterQuery(
        @Nullable String taskType,
        @Nullable String errorCode,
        @Nullable DeadLetterState state,
        @Nullable EntryId before,
        int limit) {}
