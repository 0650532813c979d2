package io.agentorchestrator.activities.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;

/**
 * The meaning of a stream's error.
 *
 * @param detail what happened, and what to do, for people
 */
record StreamFailure(StreamEnd end, AgentConnectionState state, String detail) {
    /**
     * Reads the error.
     *
     * @param address of the agent, as it registered
     * @param welcomed whether the agent had proven itself before
     */
    static StreamFailure of(Throwable failure, String address, boolean welcomed) {
        Status status = Status.fromThrowable(failure);
        if (isTooLarge(status)) {
            return new StreamFailure(
                    StreamEnd.MESSAGE_TOO_LARGE, AgentConnectionState.PROTOCOL_BROKEN, """
                    the agent at %s sent a message that is larger than any may be; mend the agent""".formatted(address));
        }
        if (isUnreadable(failure)) {
            return new StreamFailure(
                    StreamEnd.PROTOCOL_BROKEN, AgentConnectionState.PROTOCOL_BROKEN, """
                    what came from %s is none of the protocol; see what listens there, and the agent's version""".formatted(address));
        }
        if (isRefused(failure)) {
            return new StreamFailure(StreamEnd.REFUSED, AgentConnectionState.REFUSED, """
                    nobody listens at %s; see whether the agent runs, and whether that is where it listens""".formatted(address));
        }
        if (status.getCode() == Status.Code.UNAUTHENTICATED && !welcomed) {
            return new StreamFailure(StreamEnd.UNREACHABLE, AgentConnectionState.WRONG_PROOF, """
                    the agent at %s turned this worker away (%s); restart the agent, which registers anew; if no agent takes this worker, its \
                    orchestrator.agents.key is not that of the API""".formatted(
                            address, status.getDescription()));
        }
        return new StreamFailure(
                StreamEnd.UNREACHABLE, AgentConnectionState.UNREACHABLE, """
                the agent at %s cannot be reached (%s); see whether workers reach that address, and what listens there""".formatted(address, shown(status)));
    }

    private static String shown(Status status) {
        String description = status.getDescription();
        return description == null ? status.getCode().name() : status.getCode() + ": " + description;
    }

    /** Tells whether nobody listens at the agent's address: it is not only slow to answer. */
    private static boolean isRefused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean refused = cause instanceof ConnectException
                    && String.valueOf(cause.getMessage()).contains("refused");
            if (refused || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTooLarge(Status status) {
        String description = status.getDescription();
        return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                && description != null
                && description.contains("message exceeds maximum size"); // grpc-java's words for what it would not read
    }

    private static boolean isUnreadable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidProtocolBufferException) {
                return true;
            }
        }
        return false;
    }
}
