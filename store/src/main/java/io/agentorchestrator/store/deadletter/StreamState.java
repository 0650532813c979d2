package io.agentorchestrator.store.deadletter;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of the stream of dead letters.
 *
 * @param open dead letters that are OPEN, numbered or not
 * @param undelivered those of them that the stream does not have yet
 * @param last the last entry id that was given; absent before the first
 * @param rebuildRequestedAt when somebody asked for the stream to be written anew; absent once it was
 * @param rebuiltAt when it last was
 */
public record StreamState(
        long open,
        long undelivered,
        @Nullable EntryId last,
        @Nullable Instant rebuildRequestedAt,
        @Nullable Instant rebuiltAt) {}
