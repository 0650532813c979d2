package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.StartRequest;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.model.Limits;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.failure.ApplicationFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the call that a batch makes, for one task: Start on the agent's stream, wait for the outcome, acknowledge it. The
 * attempt is Temporal's, and so is the end of patience. Thread-safe.
 */
final class AgentCall implements TaskActivity {
    private static final String TENANT = "baseline";

    private final LeastLoaded agents;
    private final AgentConnections connections;
    private final DispatchEnds ends;

    AgentCall(LeastLoaded agents, AgentConnections connections, DispatchEnds ends) {
        this.agents = agents;
        this.connections = connections;
        this.ends = ends;
    }

    @Override
    public byte[] execute(String taskType, byte[] payload) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        DispatchRef ref = new DispatchRef(taskId(info), info.getAttempt());
        FleetAgent agent = agents.take(taskType);
        if (agent == null) {
            throw ApplicationFailure.newFailure("no agent has room for a task of type " + taskType, "NO_AGENT");
        }
        try {
            return call(
                    agent,
                    new StartRequest(
                            ref,
                            info.getAttempt(),
                            taskType,
                            TENANT,
                            payload,
                            Limits.DEFAULT_TIMEOUT,
                            null,
                            AgentConnections.LEASE,
                            null,
                            null,
                            null,
                            null,
                            null));
        } finally {
            agents.giveBack(agent);
        }
    }

    /** Stable over the attempts of one activity. */
    private static UUID taskId(ActivityInfo info) {
        String name = info.isInWorkflow() ? info.getWorkflowId() + "/" + info.getActivityId() : info.getActivityId();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] call(FleetAgent agent, StartRequest order) {
        CompletableFuture<AgentEvent> end = new CompletableFuture<>();
        ends.put(order.ref(), end);
        connections.start(agent.agentId(), order);
        return switch (end.join()) {
            case AgentEvent.Succeeded succeeded -> {
                connections.acknowledge(agent.agentId(), List.of(order.ref()));
                yield succeeded.result();
            }
            case AgentEvent.Failed failed -> {
                connections.acknowledge(agent.agentId(), List.of(order.ref()));
                throw failed.retryable()
                        ? ApplicationFailure.newFailure(failed.message(), failed.code())
                        : ApplicationFailure.newNonRetryableFailure(failed.message(), failed.code());
            }
            case AgentEvent other -> throw ApplicationFailure.newFailure(other.toString(), "NOT_EXECUTED");
        };
    }
}
