package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.budget.CheapSlots;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what agents take of tasks that only cheap ones may have: the agents that dispatch would use, less what is at them or on its way. Thread-safe. */
final class CheapAgents {
    private final JdbcClient client;
    private final FleetStore fleet;
    private final FlowStore flows;

    CheapAgents(DataSource database) {
        this.client = JdbcClient.create(database);
        this.fleet = new FleetStore(database);
        this.flows = new FlowStore(database);
    }

    CheapSlots slots() {
        List<FleetAgent> taking = fleet.registered().stream()
                .filter(agent -> agent.ready() && agent.breaker() != BreakerPhase.OPEN)
                .toList();
        Map<String, FlowEstimate> estimates =
                flows.estimates(taking.stream().map(CheapAgents::flowKey).collect(Collectors.toUnmodifiableSet()));
        Map<String, Integer> atAgents = atAgents();
        CheapSlots slots = new CheapSlots(taking.stream()
                .map(agent -> new CheapSlots.Agent(
                        agent.accepts(),
                        agent.costPerHourUsd(),
                        credit(agent, estimates) - atAgents.getOrDefault(agent.agentId(), 0)))
                .toList());
        onTheirWay().forEach(slots::take);
        return slots;
    }

    /** As release counts it: a breaker that is half-open lets one task pass. */
    private static int credit(FleetAgent agent, Map<String, FlowEstimate> estimates) {
        return agent.breaker() == BreakerPhase.HALF_OPEN
                ? 1
                : estimates.getOrDefault(flowKey(agent), FlowEstimate.UNKNOWN).credit(agent.maxConcurrentTasks());
    }

    private static String flowKey(FleetAgent agent) {
        return new AgentClass(agent.accepts(), agent.maxConcurrentTasks()).key();
    }

    private Map<String, Integer> atAgents() {
        Map<String, Integer> counts = new HashMap<>();
        client.sql("""
                        select agent_id, count(*) from task_state
                        where status in ('DISPATCHED', 'RUNNING') and agent_id is not null group by agent_id
                        """).query(row -> {
            counts.put(row.getString(1), row.getInt(2));
        });
        return counts;
    }

    private List<CheapSlots.Wanting> onTheirWay() {
        return client.sql("""
                        select s.task_type, s.tenant, t.selector, v.max_cost_factor
                        from budget_reservation v join task_state s on s.task_id = v.task_id join task t on t.task_id = v.task_id
                        where v.max_cost_factor is not null and s.status::text = 'RELEASED'
                        """).query(Records.of(Out.class)).list().stream()
                .map(Out::wanting)
                .toList();
    }

    private record Out(
            String taskType, String tenant, @Nullable String selector, double maxCostFactor) {
        CheapSlots.Wanting wanting() {
            return new CheapSlots.Wanting(
                    taskType, tenant, TaskSelector.parse(selector).required(), maxCostFactor);
        }
    }
}
