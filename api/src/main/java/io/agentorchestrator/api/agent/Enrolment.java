package io.agentorchestrator.api.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may register agents, and remove those that are lost: whoever presents the token; without one, whoever reaches the API, which then
 * listens on loopback only.
 *
 * @param token null: none is asked for
 */
record Enrolment(@Nullable String token) {
    /**
     * The rule for an API that listens there.
     *
     * @param serverAddress as configured; empty: all addresses
     * @throws IllegalStateException if strangers could reach it and there is no token
     */
    static Enrolment of(@Nullable String token, String serverAddress) {
        if (token == null && !isLoopback(serverAddress)) {
            throw new IllegalStateException(
                    ("The API listens on %s, where others reach it, and anyone could register agents, to which tasks go with their payloads."
                                    + " Set orchestrator.agents.enrolment-token (ORCHESTRATOR_AGENTS_ENROLMENT_TOKEN) to a secret, and"
                                    + " ORCHESTRATOR_AGENT_ENROLMENT_TOKEN to the same for agents; or set server.address to 127.0.0.1.")
                            .formatted(serverAddress.isBlank() ? "all addresses" : serverAddress));
        }
        return new Enrolment(token);
    }

    private static boolean isLoopback(String serverAddress) {
        if (serverAddress.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(serverAddress.strip()).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false; // then it does not start anyhow
        }
    }

    /** Compares in a time that tells nothing of the token. */
    boolean admits(@Nullable String presented) {
        String wanted = token;
        return wanted == null
                || (presented != null
                        && MessageDigest.isEqual(
                                presented.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return token == null ? "open" : "by token";
    }
}
