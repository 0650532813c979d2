package io.agentorchestrator.api.agent;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.agent.RegisteredAgent;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the agent routes answer. */
final class AgentAnswers {
    private AgentAnswers() {}

    @Schema(name = "EnrolledAgent")
    record EnrolledAgent(
            String agentId,

            @Schema(
                    description =
                            "Told only here. The agent presents it as a Bearer token with heartbeats and on removal, and accepts workers that present it.")
            String credential,

            @Schema(type = "string", example = "PT5S") Duration heartbeatInterval,

            @Schema(
                    type = "string",
                    example = "PT20S",
                    description = "Without a heartbeat for so long, the agent counts as LOST.")
            Duration lostAfter,

            AgentState state) {}

    @Schema(name = "HeartbeatAnswer")
    record HeartbeatAnswer(
            AgentState state,
            @Schema(type = "string", example = "PT5S") Duration heartbeatInterval) {}

    @Schema(name = "AgentList")
    record AgentList(List<AgentView> agents) {}

    @Schema(name = "Agent")
    record AgentView(
            String agentId,

            @Schema(description = "The first names its pool.")
            List<String> agentTypes,

            @Schema(description = "Whose tasks it takes; absent: everybody's.") @Nullable List<String> servesTenants,

            String address,
            int maxConcurrentTasks,

            @Schema(description = "USD an hour.") BigDecimal costFactor,

            @Nullable String version,
            String region,
            @JsonRawValue @Schema(type = "object") String labels,

            @Schema(description = "LOST without a heartbeat for 20 s.")
            AgentState state,

            @Schema(description = "As of its last heartbeat.")
            int activeTasks,

            @Schema(description = "Over its recent attempts; absent without any.") @Nullable Double averageTaskSeconds,

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
                    agent.activeTasks(),
                    agent.averageTaskSeconds(),
                    BreakerView.of(agent.breaker()),
                    ConnectionView.of(agent, connection),
                    agent.registeredAt(),
                    agent.lastHeartbeatAt());
        }
    }

    @Schema(name = "Breaker", description = "The agent's circuit breaker, shared by all workers.")
    record BreakerView(
            @Schema(
                    allowableValues = {"CLOSED", "HALF_OPEN", "OPEN"},
                    description = "While it is OPEN the agent gets no tasks; while HALF_OPEN, one for a trial.")
            String state,

            @Schema(description = "The agent's own failures without a success between.")
            int failures,

            @Schema(description = "Absent while it is CLOSED.") @Nullable Instant openedAt) {
        static BreakerView of(RegisteredAgent.BreakerFacts breaker) {
            return new BreakerView(breaker.phase().name(), breaker.failures(), breaker.openedAt());
        }
    }

    @Schema(name = "AgentConnection", description = "How workers fare with the agent, by what they said last.")
    record ConnectionView(
            @Schema(description = "NOT_TRIED where no worker that is alive has told yet.")
            AgentConnectionState state,

            Instant since,

            @Schema(description = "What happened and what to do; absent where all is well.") @Nullable String detail) {
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
