package io.agentorchestrator.worker.config;

import io.agentorchestrator.store.address.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings by which workers know agents, and where these may be; the same as for the API.
 *
 * @param key that credentials are made of
 * @param allowedNetworks where agents may be, in CIDR notation; absent or empty: loopback and private networks
 * @param reservedAddresses {@code host:port} of what is no agent, beside PostgreSQL, Redis, Temporal and this worker
 */
@ConfigurationProperties(prefix = "orchestrator.agents", ignoreUnknownFields = false)
public record AgentSettings(
        @Nullable String key,
        @Nullable List<String> allowedNetworks,
        @Nullable List<String> reservedAddresses) {
    public List<String> networks() {
        return allowedNetworks == null || allowedNetworks.isEmpty() ? Network.PRIVATE : allowedNetworks;
    }

    public List<String> reserved() {
        return reservedAddresses == null ? List.of() : reservedAddresses;
    }
}
