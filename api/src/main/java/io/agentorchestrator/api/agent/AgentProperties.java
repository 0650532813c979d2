package io.agentorchestrator.api.agent;

import io.agentorchestrator.store.address.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who may register agents, and where these may be.
 *
 * @param enrolmentToken what a registration must present; absent or empty: anyone may register, where the API listens on loopback only
 * @param key that credentials are made of; the same for all APIs and workers
 * @param allowedNetworks where agents may be, in CIDR notation; absent or empty: loopback and private networks
 * @param reservedAddresses {@code host:port} of what is no agent, beside PostgreSQL, Redis, Temporal and this API
 */
@ConfigurationProperties(prefix = "orchestrator.agents", ignoreUnknownFields = false)
record AgentProperties(
        @Nullable String enrolmentToken,
        @Nullable String key,
        @Nullable List<String> allowedNetworks,
        @Nullable List<String> reservedAddresses) {
    /** Null where there is none. */
    @Nullable String token() {
        return enrolmentToken == null || enrolmentToken.isBlank() ? null : enrolmentToken.strip();
    }

    List<String> networks() {
        return allowedNetworks == null || allowedNetworks.isEmpty() ? Network.PRIVATE : allowedNetworks;
    }

    List<String> reserved() {
        return reservedAddresses == null ? List.of() : reservedAddresses;
    }
}
