package io.agentorchestrator.activities.agent;

import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Something an agent said of a dispatch, or that happened to the way to it. */
public sealed interface AgentEvent {
    DispatchRef ref();

    /** About how many bytes it takes in memory. */
    default int bytes() {
        return switch (this) {
            case Succeeded succeeded -> OVERHEAD_BYTES + succeeded.result().length;
            case CheckpointTaken checkpoint -> OVERHEAD_BYTES + checkpoint.data().length;
            case Failed failed -> OVERHEAD_BYTES + 2 * failed.message().length();
            case Progressed progressed ->
                OVERHEAD_BYTES + 2 * progressed.message().length();
            case Accepted _, Refused _, Unknown _, UsageReported _ -> OVERHEAD_BYTES;
        };
    }

    /** Size of any message, without what it carries. */
    int OVERHEAD_BYTES = 200;

    /** Names one dispatch. */
    record DispatchRef(UUID taskId, int epoch) {}

    record Accepted(DispatchRef ref) implements AgentEvent {}

    record Refused(DispatchRef ref, Refusal reason) implements AgentEvent {}

    /** Why an agent does not take a task. */
    enum Refusal {
        FULL,
        SHUTTING_DOWN,
        UNKNOWN_TYPE,
        /** It said Unknown of this dispatch before it came. */
        REVOKED,
        OTHER
    }

    /** The agent knows nothing of the dispatch. */
    record Unknown(DispatchRef ref) implements AgentEvent {}

    record CheckpointTaken(DispatchRef ref, long sequence, byte[] data) implements AgentEvent {}

    /** The progress of the task: a fraction from 0 to 1, or NaN. */
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

    /**
     * The load of an agent, by its own word.
     *
     * @param active tasks that hold its slots, whoever started them
     * @param startLimit how many of those that were started on this stream may hold slots; null where it does not say
     */
    record Load(int slots, int active, @Nullable Integer startLimit) {}

    /** Why a stream ended. */
    enum StreamEnd {
        /** We closed it: the agent is gone, has moved, or this worker stops. */
        CLOSED_BY_US,
        /** The agent ended it in order. */
        ENDED_BY_AGENT,
        /** It could not be opened, whoever answered was somebody else, or it broke. */
        UNREACHABLE,
        /** It could not be opened, since nobody listens at the agent's address. */
        REFUSED,
        /** The agent said nothing, though asked. */
        SILENT,
        /** The agent said what the protocol does not know. */
        PROTOCOL_BROKEN,
        /** The agent sent a message larger than any may be. */
        MESSAGE_TOO_LARGE
    }
}
