package io.agentorchestrator.sdk.registration;

import java.time.Duration;

/** The answer of the API to a call of the registry. */
sealed interface RegistryAnswer {
    /** Registered under this identity, now or before. */
    record Registered(Identity identity, Duration heartbeatInterval) implements RegistryAnswer {}

    /**
     * Not now: the API is away, busy, or does not like what we say; try again later.
     *
     * @param forgotten whether the API does not know this agent, or not by this credential: it has to register anew
     */
    record Failed(String reason, boolean forgotten) implements RegistryAnswer {}
}
