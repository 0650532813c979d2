package io.agentorchestrator.activities.agent;

import io.agentorchestrator.store.run.AttemptOutcome.Usage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Something an agent said of a hand-over, or that happened to the way to it. */
public sealed interface AgentEvent {
    HandOverRef ref();

    /** Names one hand-over. */
    record HandOverRef(UUID taskId, int epoch) {}

    record Accepted(HandOverRef ref) implements AgentEvent {}

    record Refused(HandOverRef ref, String reason) implements AgentEvent {}

    /** The agent knows nothing of the hand-over. */
    record Unknown(HandOverRef ref) implements AgentEvent {}

    record CheckpointTaken(HandOverRef ref, long sequence, byte[] data) implements AgentEvent {}

    record Progressed(HandOverRef ref, double fraction, String message) implements AgentEvent {}

    record UsageReported(HandOverRef ref, Usage usage) implements AgentEvent {}

    /**
     * The task has completed.
     *
     * @param usage final totals; null: those reported before stand
     */
    record Succeeded(
            HandOverRef ref, byte[] result, @Nullable Usage usage) implements AgentEvent {}

    /**
     * The attempt has ended without a result.
     *
     * @param usage final totals; null: those reported before stand
     */
    record Failed(
            HandOverRef ref,
            String code,
            String message,
            boolean retryable,
            @Nullable Usage usage) implements AgentEvent {}

    /** The stream broke, or could not be opened; the task may well run on. */
    record Disconnected(HandOverRef ref, StreamEnd end, String reason) implements AgentEvent {}

    /** Why a stream ended. */
    enum StreamEnd {
        /** We closed it: the agent is gone, has moved, or this worker stops. */
        CLOSED_BY_US,
        /** The agent ended it in order. */
        ENDED_BY_AGENT,
        /** It could not be opened, whoever answered was somebody else, or it broke. */
        UNREACHABLE,
        /** The agent said nothing, though asked. */
        SILENT,
        /** The agent said what the protocol does not know. */
        PROTOCOL_BROKEN,
        /** The agent sent a message larger than any may be. */
        MESSAGE_TOO_LARGE
    }
}
