package io.agentorchestrator.store.state;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dispatch to be committed.
 *
 * @param expectedEpoch the epoch that the caller saw; where another worker was faster, nothing is dispatched
 * @param agentId null where the attempt fails before any agent sees it
 * @param placed why that agent; null where that is not known
 */
public record Dispatch(
        UUID taskId,
        int expectedEpoch,
        @Nullable String agentId,
        @Nullable Placed placed) {
    /**
     * A dispatch that is committed: the store will take an outcome under these numbers and no others.
     *
     * @param attemptEpochs dispatches of this attempt, with this one
     */
    public record Begun(UUID taskId, int attempt, int epoch, int attemptEpochs) {}
}
