package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.AgentRegistry;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the registry. Thread-safe. */
public final class FleetStore {
    private final JdbcTemplate jdbc;

    public FleetStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Agents that have been heard of lately. */
    public List<FleetAgent> live() {
        return jdbc.query(
                """
                select agent_id, agent_types, pool, address, max_concurrent_tasks, cost_factor, credential_sha256,
                       registered_at, state = 'READY' as ready, breaker_state
                from agent
                where last_heartbeat_at > now() - ? * interval '1 millisecond' and state <> 'LOST'
                order by agent_id
                """,
                (row, number) -> new FleetAgent(
                        row.getString("agent_id"),
                        Set.of((String[]) row.getArray("agent_types").getArray()),
                        row.getString("pool"),
                        row.getString("address"),
                        row.getInt("max_concurrent_tasks"),
                        row.getDouble("cost_factor"),
                        row.getBytes("credential_sha256"),
                        row.getObject("registered_at", OffsetDateTime.class).toInstant(),
                        row.getBoolean("ready"),
                        row.getString("breaker_state")),
                AgentRegistry.LOST_AFTER.toMillis());
    }
}
