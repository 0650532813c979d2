package io.agentorchestrator.store.agent;

/** The state of a worker's connection to an agent. */
public enum AgentConnectionState {
    CONNECTED,
    /** No worker has told yet. */
    NOT_TRIED,
    /** Nobody listens at the address. */
    REFUSED,
    /** The name is not known. */
    UNRESOLVABLE,
    /** The address is one that agents may not have. */
    FORBIDDEN,
    /** One of the two could not prove to the other who it is. */
    WRONG_PROOF,
    /** Whoever listens says nothing. */
    SILENT,
    /** The agent's messages are not those of the protocol. */
    PROTOCOL_BROKEN,
    /** It cannot be reached for another reason. */
    UNREACHABLE
}
