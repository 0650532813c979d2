package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.agent.ServedTenants;
import io.agentorchestrator.store.channel.Channels;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The registered agents, and when they were last heard of. Thread-safe. */
public final class FleetStore {
    /** An agent that was heard of less long ago need not be noted again. */
    private static final Duration NOTED_EVERY = Duration.ofSeconds(5);

    private final JdbcTemplate jdbc;

    public FleetStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Agents that are not lost, also those whose heartbeats have stopped of late; these are not ready. */
    public List<FleetAgent> registered() {
        return jdbc.query(
                """
                select agent_id, agent_types, serves_tenants, pool, address, max_concurrent_tasks, cost_factor, credential_salt,
                       registered_at,
                       state = 'READY' and last_heartbeat_at > now() - ? * interval '1 millisecond' as ready, breaker_phase,
                       greatest((extract(epoch from now() - last_heartbeat_at) * 1000)::bigint, 0) as silent_millis
                from agent
                where last_heartbeat_at > now() - ? * interval '1 millisecond' and state <> 'LOST'
                order by agent_id
                """,
                (row, number) -> new FleetAgent(
                        row.getString("agent_id"),
                        Set.of((String[]) row.getArray("agent_types").getArray()),
                        ServedTenants.of(row),
                        row.getString("pool"),
                        row.getString("address"),
                        row.getInt("max_concurrent_tasks"),
                        row.getDouble("cost_factor"),
                        row.getBytes("credential_salt"),
                        row.getObject("registered_at", OffsetDateTime.class).toInstant(),
                        row.getBoolean("ready"),
                        BreakerPhase.valueOf(row.getString("breaker_phase")),
                        Duration.ofMillis(row.getLong("silent_millis"))),
                AgentRegistry.LOST_AFTER.toMillis(),
                AgentRegistry.GONE_AFTER.toMillis());
    }

    /**
     * Notes that these agents have been heard of on their streams, which counts as a heartbeat. One that was silent for so long that it was
     * not ready is announced.
     */
    public void heard(Collection<String> agentIds) {
        if (agentIds.isEmpty()) {
            return;
        }
        jdbc.query(
                """
                with heard as (
                  update agent a set last_heartbeat_at = now()
                  where a.agent_id in (
                    select agent_id from agent
                    where agent_id = any(?) and state <> 'LOST' and last_heartbeat_at < now() - ? * interval '1 millisecond'
                    order by agent_id for update skip locked)
                  returning old.last_heartbeat_at < now() - ? * interval '1 millisecond' as silent
                )
                select pg_notify(?, '') where exists (select from heard where silent)
                """,
                row -> {},
                agentIds.stream().sorted().toArray(String[]::new),
                NOTED_EVERY.toMillis(),
                AgentRegistry.LOST_AFTER.toMillis(),
                Channels.AGENTS);
    }
}
