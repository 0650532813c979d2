package io.agentorchestrator.store.retention;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of a batch.
 *
 * @param last the last id that it looked at; absent if it saw none
 * @param firstKept the first id that it looked at and kept
 * @param more whether there may be more to look at
 * @param deleted rows of the kind that was looked for
 */
record SweepResult(@Nullable UUID last, @Nullable UUID firstKept, boolean more, int deleted) {}
