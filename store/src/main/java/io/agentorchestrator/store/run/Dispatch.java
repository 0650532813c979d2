package io.agentorchestrator.store.run;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dispatch to be begun.
 *
 * @param expectedEpoch the epoch that the caller saw; where another worker was faster, nothing is begun
 * @param agentId null where the attempt fails before any agent sees it
 */
public record Dispatch(
        UUID taskId, int expectedEpoch, @Nullable String agentId) {

    /** A dispatch that has begun: the store will take an outcome under these numbers and no others. */
    public record Begun(UUID taskId, int attempt, int epoch) {}
}
