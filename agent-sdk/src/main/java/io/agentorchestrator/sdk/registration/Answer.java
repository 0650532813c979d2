package io.agentorchestrator.sdk.registration;

import java.time.Duration;

/** What the API said to a call of the registry. */
sealed interface Answer {
    /** Registered, under this identity. */
    record Registered(Identity identity, Duration heartbeatInterval) implements Answer {}

    /** The heartbeat was taken. */
    record Known(Duration heartbeatInterval) implements Answer {}

    /** The API does not know this agent, or not by this credential: it has to register anew. */
    record Forgotten() implements Answer {}

    /** Not now: the API is away, busy, or does not like what we say; try again later. */
    record Failed(String reason) implements Answer {}
}
