package io.agentorchestrator.activities.agent;

import io.agentorchestrator.store.run.AttemptOutcome.Usage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Something an agent said of a dispatch, or that happened to the way to it. */
public sealed interface AgentEvent {
    DispatchRef ref();

    /** Names one dispatch. */
    record DispatchRef(UUID taskId, int epoch) {}

    record Accepted(DispatchRef ref) implements AgentEvent {}

    record Refused(DispatchRef ref, String reason) implements AgentEvent {}

    /** The agent knows nothing of the dispatch. */
    record Unknown(DispatchRef ref) implements AgentEvent {}

    record CheckpointTaken(DispatchRef ref, long sequence, byte[] data) implements AgentEvent {}

    record Progressed(DispatchRef ref, double fraction, String message) implements AgentEvent {}

    record UsageReported(DispatchRef ref, Usage usage) implements AgentEvent {}

    /**
     * The task has completed.
     *
     * @param usage final totals; null: those reported before stand
     */
    record Succeeded(
            DispatchRef ref, byte[] result, @Nullable Usage usage) implements AgentEvent {}

    /**
     * The attempt has ended without a result.
     *
     * @param usage final totals; null: those reported before stand
     */
    record Failed(
            DispatchRef ref,
            String code,
            String message,
            boolean retryable,
            @Nullable Usage usage) implements AgentEvent {}

    /** The stream broke, or could not be opened; the task may well run on. */
    record Disconnected(DispatchRef ref, StreamEnd end, String reason) implements AgentEvent {}

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
