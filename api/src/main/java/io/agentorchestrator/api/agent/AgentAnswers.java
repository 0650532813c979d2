package io.agentorchestrator.api.agent;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.agent.AgentDrains.AgentDrain;
import io.agentorchestrator.store.agent.AgentDrains.DrainedAgent;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.agent.RegisteredAgent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The answers of the agent routes. */
final class AgentAnswers {
    private AgentAnswers() {}

    record EnrolledAgent(
            String agentId, String credential, Duration heartbeatInterval, Duration lostAfter, AgentState state) {}

    record HeartbeatAnswer(AgentState state, Duration heartbeatInterval) {}

    record AgentList(List<AgentView> agents) {}

    record AgentView(
            String agentId,
            List<String> agentTypes,
            @Nullable List<String> servesTenants,
            String address,
            int maxConcurrentTasks,
            BigDecimal costFactor,
            @Nullable String version,
            String region,
            @JsonRawValue String labels,
            AgentState state,
            @Nullable DrainView drain,
            int activeTasks,
            @Nullable Double averageTaskSeconds,
            BreakerView breaker,
            ConnectionView connection,
            Instant registeredAt,
            Instant lastHeartbeatAt) {
        static AgentView of(RegisteredAgent agent, @Nullable AgentConnection connection) {
            BigDecimal cost = agent.costFactor();
            Set<String> tenants = agent.servesTenants();
            return new AgentView(
                    agent.agentId(),
                    agent.agentTypes(),
                    tenants == null ? null : List.copyOf(tenants),
                    agent.address(),
                    agent.maxConcurrentTasks(),
                    cost.scale() < 0 ? cost.setScale(0) : cost,
                    agent.version(),
                    agent.region(),
                    agent.labels(),
                    agent.state(),
                    DrainView.of(agent.drain()),
                    agent.activeTasks(),
                    agent.averageTaskSeconds(),
                    BreakerView.of(agent.breaker()),
                    ConnectionView.of(agent, connection),
                    agent.registeredAt(),
                    agent.lastHeartbeatAt());
        }
    }

    record DrainedAgentView(
            String agentId, AgentState state, @Nullable DrainView drain) {
        static DrainedAgentView of(DrainedAgent agent) {
            return new DrainedAgentView(agent.agentId(), agent.state(), DrainView.of(agent.drain()));
        }
    }

    record DrainView(Instant requestedAt, String requestedBy) {
        static @Nullable DrainView of(@Nullable AgentDrain drain) {
            return drain == null ? null : new DrainView(drain.requestedAt(), drain.requestedBy());
        }
    }

    record BreakerView(String state, int failures, @Nullable Instant openedAt) {
        static BreakerView of(RegisteredAgent.BreakerFacts breaker) {
            return new BreakerView(breaker.phase().name(), breaker.failures(), breaker.openedAt());
        }
    }

    record ConnectionView(
            AgentConnectionState state,
            Instant since,
            @Nullable String detail) {
        /** Shows a connection; what was said of a former registration under the id counts until somebody says otherwise. */
        static ConnectionView of(RegisteredAgent agent, @Nullable AgentConnection connection) {
            return connection == null
                    ? new ConnectionView(AgentConnectionState.NOT_TRIED, agent.registeredAt(), null)
                    : new ConnectionView(
                            connection.state(),
                            connection.since(),
                            connection.detail().isEmpty() ? null : connection.detail());
        }
    }
}
