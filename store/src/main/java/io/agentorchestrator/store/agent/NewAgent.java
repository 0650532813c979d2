package io.agentorchestrator.store.agent;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent as it registers.
 *
 * @param tenant of the owner
 * @param agentTypes task types, at least one; the first names the pool
 * @param address host:port
 * @param costFactor USD an hour
 * @param labels a JSON object of strings
 * @param servesTenants whose tasks it takes; null: everybody's
 * @param credentialSalt of the credential that it will authenticate by, see {@link AgentCredentials}
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewAgent(
        String agentId,
        String tenant,
        String principal,
        String region,
        @Nullable String version,
        String labels,
        List<String> agentTypes,
        @Nullable List<String> servesTenants,
        String address,
        int maxConcurrentTasks,
        BigDecimal costFactor,
        byte[] credentialSalt) {
    public NewAgent {
        agentTypes = List.copyOf(agentTypes);
        servesTenants = servesTenants == null ? null : List.copyOf(servesTenants);
        if (agentTypes.isEmpty()) {
            throw new IllegalArgumentException("an agent has at least one type");
        }
    }

    public String pool() {
        return agentTypes.getFirst();
    }
}
